from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from acr_identity.changes import (
    AssignRole,
    CreateIdentity,
    CreateTask,
    EnableTask,
    Grantee,
    RegistryCredential,
    StatedIdentities,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.emulator import Emulator, EmulatorAdapter, Request, Settings, World
from acr_identity.errors import AzureError, ConflictError, NotAuthorisedError
from acr_identity.ids import PUBLIC_CLOUD, ArmId, Role, assignment_name, definition_id
from acr_identity.sdk import connect
from acr_identity.state import (
    Attached,
    CustomLogin,
    EncodedStep,
    IdentityLogin,
    Known,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveTask,
    LogEnd,
    MaskedLogin,
    PlatformSettings,
    SystemIdentity,
    TaskSettings,
    UserIdentity,
    Value,
    VaultPolicy,
    VaultSecretAddress,
)
from sdk.wire import Credential

if TYPE_CHECKING:
    from acr_identity.sdk.gateway import AzureGateway

WORLD = World(
    resource_groups={"rg": {}},
    registries={"myregistry": {}, "mybaseregistry": {"images": ["base:1"]}},
    vaults={"myvault": {"secrets": {"UserName": "somebody"}}},
)
GROUP = ArmId.group(WORLD.subscription, "rg")
REGISTRY = GROUP.provided("Microsoft.ContainerRegistry", "registries", "myregistry")
BASE = GROUP.provided("Microsoft.ContainerRegistry", "registries", "mybaseregistry")
VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "myvault")
IDENTITY = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "myidentity")
OTHER_IDENTITY = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "other")
TASK = REGISTRY.child("tasks", "hello")
SYSTEM, USER = SystemIdentity(TASK), UserIdentity(IDENTITY)
FILE = "version: v1.1.0\nsteps:\n  - cmd: mcr.microsoft.com/hello-world\n"
ADDRESS = VaultSecretAddress("https://myvault.vault.azure.net/secrets/UserName")


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(WORLD)


@pytest.fixture
def gateway_as(emulator: Emulator) -> Iterator[Callable[[str], AzureGateway]]:
    """Return a function that connects a gateway with a token."""
    with ExitStack() as stack:

        def make(token: str) -> AzureGateway:
            adapter = EmulatorAdapter(emulator)
            return stack.enter_context(connect(PUBLIC_CLOUD, Credential(token), transport_adapter=adapter))

        yield make


@pytest.fixture
def gateway(emulator: Emulator, gateway_as: Callable[[str], AzureGateway]) -> AzureGateway:
    return gateway_as(emulator.token())


def new_task(settings: TaskSettings, *credentials: RegistryCredential, users: tuple[ArmId, ...] = ()) -> CreateTask:
    return CreateTask(
        id=TASK,
        location="eastus",
        settings=settings,
        system=True,
        users=users,
        credentials=credentials,
        tags=(("a", "1"),),
        reason="why",
    )


def made(gateway: AzureGateway, id_: ArmId = IDENTITY) -> LiveIdentity:
    known = gateway.create_identity(CreateIdentity(id_, "eastus", (("a", "1"),), "why")).principals[UserIdentity(id_)]
    return LiveIdentity(id_, known.principal_id, known.client_id, "eastus", (("a", "1"),))


def test_registries_are_read_alone_and_together(gateway: AzureGateway) -> None:
    live = LiveRegistry(REGISTRY, "myregistry.azurecr.io", "eastus", uses_abac=False)

    assert gateway.registry(REGISTRY) == live
    assert live in gateway.registries(WORLD.subscription)


def test_an_identity_that_was_made_is_read_as_it_was_answered(gateway: AzureGateway) -> None:
    live = made(gateway)

    assert gateway.identity(IDENTITY) == live
    assert gateway.identities(GROUP) == (live,)
    gateway.update_identity(UpdateIdentity(IDENTITY, (("b", "2"),), (), "why"))
    read = gateway.identity(IDENTITY)
    assert read is not None
    assert read.tags == (("b", "2"),)
    gateway.delete_identity(IDENTITY)
    gateway.delete_identity(IDENTITY)
    assert gateway.identity(IDENTITY) is None


def test_all_pages_are_read() -> None:
    emulator = Emulator(WORLD, settings=Settings(page_size=2))
    adapter = EmulatorAdapter(emulator)
    with connect(PUBLIC_CLOUD, Credential(emulator.token()), transport_adapter=adapter) as gateway:
        names = [f"identity{number}" for number in range(5)]
        for name in names:
            made(gateway, GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", name))

        assert sorted(each.id.name for each in gateway.identities(GROUP)) == names


def test_a_task_is_read_with_the_secrets_with_which_it_was_made(gateway: AzureGateway) -> None:
    identity = made(gateway)
    settings = TaskSettings(
        step=EncodedStep(FILE, (Value("a", "1"), Value("b", SecretStr("2")))), timeout=600, enabled=True
    )
    credentials = (
        RegistryCredential("mybaseregistry.azurecr.io", Grantee(USER, Known("p", identity.client_id))),
        RegistryCredential("docker.io", Grantee(SYSTEM, Known("p")), ADDRESS, SecretStr("hush")),
    )

    answered = gateway.create_task(new_task(settings, *credentials, users=(IDENTITY,)), {})

    assert set(answered.logins.values()) == {MaskedLogin()}
    system = answered.attached.system_principal_id
    assert system
    assert gateway.task(TASK) == LiveTask(
        id=TASK,
        location="eastus",
        settings=TaskSettings(
            step=EncodedStep(FILE, (Value("a", "1"), Value("b", SecretStr("2")))),
            platform=PlatformSettings("Linux", "amd64"),
            timeout=600,
            timers=(),
            sources=(),
            enabled=True,
        ),
        attached=Attached(system, WORLD.tenant, (IDENTITY,)),
        logins={
            "mybaseregistry.azurecr.io": IdentityLogin(identity.client_id),
            "docker.io": CustomLogin(ADDRESS, SecretStr("hush"), "[system]"),
        },
        tags=(("a", "1"),),
        details_seen=True,
    )


def test_who_may_not_list_details_reads_the_rest(
    gateway: AzureGateway, gateway_as: Callable[[str], AzureGateway], emulator: Emulator
) -> None:
    step = EncodedStep(FILE, (Value("a", "1"), Value("b", SecretStr("2"))))
    credential = RegistryCredential("docker.io", None, SecretStr("u"), SecretStr("p"))
    gateway.create_task(new_task(TaskSettings(step=step), credential), {})
    reader = gateway_as(emulator.caller(["Microsoft.ContainerRegistry/registries/tasks/read"]).token)

    task = reader.task(TASK)

    assert task is not None
    assert (task.details_seen, task.logins) == (False, {"docker.io": MaskedLogin()})
    assert task.settings.step == EncodedStep(FILE, (Value("a", "1"),))


def update(identities: StatedIdentities) -> UpdateTask:
    return UpdateTask(
        id=TASK,
        settings=TaskSettings(),
        identities=identities,
        source_identity="",
        tags=None,
        fields=(),
        reason="why",
    )


def test_identities_of_a_task_become_those_that_are_stated(gateway: AzureGateway) -> None:
    made(gateway)
    made(gateway, OTHER_IDENTITY)
    gateway.create_task(new_task(TaskSettings(step=EncodedStep(FILE)), users=(IDENTITY,)), {})

    both = gateway.update_task(update(StatedIdentities(system=True, users=(IDENTITY, OTHER_IDENTITY))), {})
    one = gateway.update_task(update(StatedIdentities(system=False, users=(OTHER_IDENTITY,), detached=(IDENTITY,))), {})
    none = gateway.update_task(update(StatedIdentities(system=False, detached=(OTHER_IDENTITY,))), {})

    assert both.attached.system_principal_id
    assert both.attached.users == (IDENTITY, OTHER_IDENTITY)
    assert one.attached == Attached(None, "", (OTHER_IDENTITY,))
    assert none.attached == Attached()


def test_credentials_come_and_go_without_touching_the_others(gateway: AzureGateway) -> None:
    gateway.create_task(new_task(TaskSettings(step=EncodedStep(FILE), enabled=False)), {})
    mine = RegistryCredential("a.azurecr.io", Grantee(SYSTEM, Known("p")))
    theirs = RegistryCredential("b.io", None, SecretStr("u"), SecretStr("p"))

    gateway.set_credentials(TASK, [theirs], {})
    gateway.set_credentials(TASK, [mine], {})
    both = gateway.task(TASK)
    gateway.remove_credentials(TASK, ["a.azurecr.io"])
    gateway.enable_task(EnableTask(TASK, None, "why"), {})
    one = gateway.task(TASK)

    assert both is not None
    assert one is not None
    login = CustomLogin(SecretStr("u"), SecretStr("p"))
    assert both.logins == {"a.azurecr.io": IdentityLogin("[system]"), "b.io": login}
    assert one.logins == {"b.io": login}
    assert (both.settings.enabled, one.settings.enabled) == (False, True)


def test_a_role_that_was_assigned_is_found_and_removed(gateway: AzureGateway) -> None:
    identity = made(gateway)
    grantee = Grantee(USER, Known(identity.principal_id, identity.client_id))

    gateway.assign_role(AssignRole(BASE, Role.ACR_PULL, grantee, "acr_identity: why", "why"), {})

    name = assignment_name(BASE, identity.principal_id, Role.ACR_PULL)
    live = LiveAssignment(
        f"{BASE}/providers/Microsoft.Authorization/roleAssignments/{name}",
        str(BASE),
        identity.principal_id,
        Role.ACR_PULL.guid,
        "",
        "acr_identity: why",
    )
    assert live in (gateway.assignments(BASE) or ())
    gateway.assign_role(AssignRole(BASE, Role.ACR_PULL, grantee, "acr_identity: why", "why"), {})
    gateway.remove_role_assignment(live.id)
    gateway.remove_role_assignment(live.id)
    assert live not in (gateway.assignments(BASE) or ())


def test_access_to_a_vault_comes_and_goes(gateway: AzureGateway) -> None:
    one, two = made(gateway).principal_id, made(gateway, OTHER_IDENTITY).principal_id

    gateway.add_vault_access(VAULT, WORLD.tenant, [one, two])
    before = gateway.vault(VAULT)
    gateway.remove_vault_access(VAULT, WORLD.tenant, [one])
    after = gateway.vault(VAULT)

    assert before is not None
    assert after is not None
    get = frozenset({"get"})
    assert set(before.policies) == {VaultPolicy(each, get, "", WORLD.tenant) for each in (one, two)}
    assert after.policies == (VaultPolicy(two, get, "", WORLD.tenant),)
    assert (before.uri, before.tenant_id, before.uses_rbac) == (
        "https://myvault.vault.azure.net",
        WORLD.tenant,
        False,
    )


def test_a_run_is_followed_to_the_end_of_its_log(gateway: AzureGateway) -> None:
    gateway.create_task(new_task(TaskSettings(step=EncodedStep(FILE))), {})

    run = gateway.schedule(TASK, [Value("a", SecretStr("b"))])
    address = gateway.log_address(REGISTRY, run.run_id)
    whole = gateway.read_log(address, 0)
    rest = gateway.read_log(address, 10)
    end = gateway.read_log(address, len(whole.data))
    ended = gateway.run(REGISTRY, run.run_id)

    assert ended is not None
    assert ended.is_final
    assert ended.task == "hello"
    assert gateway.latest_run(TASK) == ended
    assert whole.data
    assert isinstance(whole.end, LogEnd)
    assert (rest.data, rest.end) == (whole.data[10:], whole.end)
    assert (end.data, end.end) == (b"", whole.end)
    gateway.cancel(REGISTRY, run.run_id)


def test_the_address_of_a_log_does_not_serve_with_another_signature(gateway: AzureGateway) -> None:
    gateway.create_task(new_task(TaskSettings(step=EncodedStep(FILE))), {})
    address = gateway.log_address(REGISTRY, gateway.schedule(TASK, []).run_id)

    with pytest.raises(NotAuthorisedError):
        gateway.read_log(address.replace("sig=", "sig=x"), 0)


def test_a_task_that_is_gone_is_gone(gateway: AzureGateway) -> None:
    gateway.create_task(new_task(TaskSettings(step=EncodedStep(FILE))), {})

    gateway.delete_task(TASK)
    gateway.delete_task(TASK)

    assert gateway.task(TASK) is None
    with pytest.raises(AzureError, match="cannot enable task hello: 404"):
        gateway.enable_task(EnableTask(TASK, None, "why"), {})


def test_an_equal_assignment_under_another_name_is_a_conflict(gateway: AzureGateway, emulator: Emulator) -> None:
    principal = made(gateway).principal_id
    role = definition_id(Role.ACR_PULL, WORLD.subscription)
    properties = {"roleDefinitionId": role, "principalId": principal, "principalType": "ServicePrincipal"}
    address = (
        f"https://management.azure.com{BASE}/providers/Microsoft.Authorization/roleAssignments/"
        "99999999-9999-9999-9999-999999999999?api-version=2022-04-01"
    )
    headers = {"Authorization": f"Bearer {emulator.token()}", "Content-Type": "application/json"}
    body = json.dumps({"properties": properties}).encode()
    assert emulator.handle(Request.to("PUT", address, headers, body)).status == 201

    with pytest.raises(ConflictError) as caught:
        gateway.assign_role(AssignRole(BASE, Role.ACR_PULL, Grantee(USER, Known(principal)), "", "why"), {})

    assert (caught.value.status, caught.value.code) == (409, "RoleAssignmentExists")
    assert caught.value.request_id
