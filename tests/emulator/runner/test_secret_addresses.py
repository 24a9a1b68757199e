"""Addresses of secrets, and the credentials that are in a vault or literal."""

from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.runner_port import Refusal, RegistryCredential, Secret
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.secrets import VaultAddress, vault_address
from emulator.runner.fake_surroundings import SYSTEM, FakeSurroundings
from emulator.runner.outcome_text import run_text, texts, unstamped

VAULT = "https://v.vault.azure.net"
OTHER = "other.azurecr.io"
PREFIX = "failed to unmarshal task before running: failed to resolve secrets: "
NO_STEPS = "version: v1.0.0\nsteps: []"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"{VAULT}/secrets/UserName", VaultAddress(VAULT, "username", "")),
        ("HTTPS://V.vault.azure.net/Secrets/a/B1/", VaultAddress(VAULT, "a", "b1")),
        (f"{VAULT}/secrets/a?x=y#z", VaultAddress(VAULT, "a", "")),
    ],
)
def test_an_address_is_read_in_lower_case(url: str, address: VaultAddress) -> None:
    assert vault_address(url) == address


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://v.vault.azure.net/secrets/a", "invalid azure keyvault secret URL scheme. Expected Https"),
        ("a", "invalid azure keyvault secret URL scheme. Expected Https"),
        (VAULT, "invalid azure keyvault secret URL. Bad number of URL segments: 1"),
        (f"{VAULT}/secrets/a/b/c", "invalid azure keyvault secret URL. Bad number of URL segments: 5"),
        (f"{VAULT}/keys/a", "invalid azure keyvault secret URL. Expected 'secrets' collection, but found: keys"),
        ("https://v/secrets/a", "extracted vault resource https://v from vault URL https://v/secrets/a is invalid"),
    ],
)
def test_what_is_no_address_is_named(url: str, problem: str) -> None:
    with pytest.raises(RunError) as caught:
        vault_address(url)
    assert caught.value.text == problem


def _cloud() -> FakeSurroundings:
    return FakeSurroundings(
        identities={"[system]": SYSTEM},
        secrets={f"{VAULT}/secrets/user": "robot", f"{VAULT}/secrets/pass": "vault-password"},
        readers={(VAULT, SYSTEM)},
        passwords={(OTHER, "robot", "vault-password"), (OTHER, "robot", "literal-password")},
    )


IN_VAULT = RegistryCredential(
    OTHER,
    "[system]",
    user_name_in_vault=f"{VAULT}/secrets/User",
    password_in_vault=f"{VAULT}/secrets/Pass",
)
LITERAL = RegistryCredential(OTHER, user_name=Secret("robot"), password=Secret("literal-password"))


@pytest.mark.parametrize("credential", [IN_VAULT, LITERAL])
def test_a_user_name_and_password_log_in(credential: RegistryCredential) -> None:
    outcome = run_text(NO_STEPS, _cloud(), credentials=(credential,))
    assert (outcome.status, outcome.logged_in) == ("Succeeded", (OTHER,))


def test_a_password_that_the_identity_may_not_get_ends_the_run() -> None:
    cloud = _cloud()
    cloud.readers.clear()
    outcome = run_text(NO_STEPS, cloud, credentials=(IN_VAULT,))
    assert texts(outcome)[0].startswith(f"{PREFIX}keyvault.BaseClient#GetSecret: Failure responding to request")


def test_a_password_that_the_registry_does_not_take_ends_the_run_at_the_login() -> None:
    cloud = _cloud()
    cloud.passwords.clear()
    outcome = run_text(NO_STEPS, cloud, credentials=(LITERAL,))
    assert outcome.logged_in == ()
    assert unstamped(outcome)[-5:-1] == [
        f"Logging in to registry: {OTHER}",
        (
            "failed to login, ran out of retries: failed to set docker credentials: Error response from daemon:"
            f' Get "https://{OTHER}/v2/": unauthorized: incorrect username or password'
        ),
        ": exit status 1",
        "",
    ]


@pytest.mark.parametrize(
    ("credential", "problem"),
    [
        (RegistryCredential(OTHER), "identity can't be empty"),
        (RegistryCredential("", "[system]"), "registry name can't be empty"),
        (RegistryCredential(OTHER, user_name=Secret("")), "unable to classify credential into opaque, vault or msi"),
        (RegistryCredential(OTHER, user_name=Secret(""), password=Secret("x")), "username can't be empty"),
        (RegistryCredential(OTHER, user_name=Secret("x"), password=Secret("")), "password can't be empty"),
        (
            RegistryCredential(OTHER, user_name=Secret("x"), password_in_vault=f"{VAULT}/secrets/a"),
            "identity can't be empty",
        ),
    ],
)
def test_a_credential_that_the_runner_cannot_use_ends_the_run_first_of_all(
    credential: RegistryCredential, problem: str
) -> None:
    outcome = run_text("version: v1.1.0", credentials=(credential,))
    assert texts(outcome) == [
        f"error creating registry credentials from given list: {problem}",
        "",
        "Run ID: cb1 failed after 0s. Error: failed during run, err: exit status 1",
    ]


def test_a_vault_that_does_not_answer_times_out_after_two_minutes() -> None:
    class Silent(FakeSurroundings):
        def read_secret(self, url: str, principal: object) -> Refusal:
            del url, principal
            return Refusal(0, "", "")

    content = f"version: v1.0.0\nsecrets: [{{id: a, keyvault: {VAULT}/secrets/a}}]\nsteps: []"
    outcome = run_text(content, Silent(identities={"": SYSTEM}))
    assert texts(outcome)[0] == (
        "unable to render task: failed to resolve secrets in the task with error:"
        " timeout in fetching secrets. please check permissions are valid"
    )
    assert 120 <= outcome.seconds < 121
