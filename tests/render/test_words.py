"""The parts of a task in words."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from acr_identity.changes import Grantee, RegistryCredential
from acr_identity.render.words import credential_words, duration, login_words, number_of, step_words
from acr_identity.state import (
    CustomLogin,
    DockerStep,
    EncodedStep,
    IdentityLogin,
    Known,
    Login,
    MaskedLogin,
    Step,
    SystemIdentity,
    UserIdentity,
    VaultSecretAddress,
)
from render.samples import TASK, USER

_SYSTEM = Grantee(SystemIdentity(TASK), Known("3333"))
_USER = Grantee(UserIdentity(USER), Known("p1p1", "c1c1"))
_SECRET = SecretStr("PLANTED")
_IN_VAULT = VaultSecretAddress("https://v.vault.azure.net/secrets/S")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0.0 s"), (59.44, "59.4 s"), (59.6, "1 min 0 s"), (60.0, "1 min 0 s"), (3725.0, "62 min 5 s")],
)
def test_a_duration_has_minutes_only_from_a_minute_on(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 lines"), (1, "1 line"), (2, "2 lines")])
def test_one_thing_has_no_plural(count: int, words: str) -> None:
    assert number_of(count, "line") == words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (None, "(not set)"),
        (EncodedStep("version: v1.1.0\nsteps: []\n"), "task file kept in the task, 2 lines"),
        (DockerStep("Dockerfile", "https://e.com/a.git"), "Dockerfile Dockerfile of https://e.com/a.git"),
        (DockerStep("D", "c", ("a:1", "b:1")), "Dockerfile D of c, image a:1, b:1"),
    ],
)
def test_a_step_is_told_without_its_content(step: Step | None, words: str) -> None:
    assert step_words(step) == words


@pytest.mark.parametrize(
    ("credential", "words"),
    [
        (RegistryCredential("r", _SYSTEM), "the system identity"),
        (RegistryCredential("r", _USER), "identity myACRTasksId (c1c1)"),
        (RegistryCredential("r", Grantee(_USER.identity, Known("p1p1"))), "identity myACRTasksId"),
        (RegistryCredential("r", None), "nothing to sign in with"),
        (RegistryCredential("r", None, _SECRET), "user name (secret) kept in the task, password missing"),
        (
            RegistryCredential("r", _USER, _IN_VAULT, _IN_VAULT),
            f"user name and password from {_IN_VAULT.url}, read by identity myACRTasksId (c1c1)",
        ),
    ],
)
def test_a_credential_says_how_it_signs_in(credential: RegistryCredential, words: str) -> None:
    assert credential_words(credential) == words


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (IdentityLogin("[SYSTEM]"), "the system identity"),
        (IdentityLogin("C1C1"), "identity myACRTasksId (C1C1)"),
        (IdentityLogin("c2c2"), "identity c2c2"),
        (MaskedLogin(), "hidden: the caller may not see what it holds"),
        (
            CustomLogin(_SECRET, None, "c1c1"),
            "user name (secret) kept in the task, password not shown, read by identity myACRTasksId (c1c1)",
        ),
    ],
)
def test_a_login_names_identities_that_are_known(login: Login, words: str) -> None:
    assert login_words(login, {"c1c1": "myACRTasksId"}) == words
