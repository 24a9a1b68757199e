"""An emulated Azure for the tests of other people's scripts: fixtures for pytest.

The plugin `acr_identity.testing.plugin` is there in each test session of an environment that has this package. It loads
the emulator, and what it needs of the Azure SDK, when a test first asks for a fixture of it.

Example:
    def test_it_lists_nothing(azure_credential, azure_transport, azure_emulator):
        subscription = azure_emulator.world.subscription
        client = ManagedServiceIdentityClient(azure_credential, subscription, transport=azure_transport)
        assert list(client.user_assigned_identities.list_by_subscription()) == []
"""
