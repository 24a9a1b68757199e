"""The credentials of a task that exists."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from acr_identity.changes import (
    CreateTask,
    FieldChange,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    SetCredential,
)
from acr_identity.ids import remember
from acr_identity.plan import Plan
from acr_identity.plan.credentials import credential_change
from acr_identity.plan.records import credential_sign
from acr_identity.state import (
    CustomLogin,
    IdentityLogin,
    Known,
    Live,
    LiveRegistry,
    Login,
    SystemIdentity,
    Tags,
    UserIdentity,
    VaultSecretAddress,
)
from plan.but_memory import make_plan
from plan.worlds import BASE, IDENTITY, OURS, TASK, bare, complete_with_user, live_task, spec_of, task_of

SERVER = "mybaseregistry.azurecr.io"
USER = Grantee(UserIdentity(IDENTITY), Known("p-user", "c-user"))
DOCKER_HUB = {"docker.io": {"user_name": {"env": "HUB_USER"}, "password": {"env": "HUB_PASSWORD"}}}
ENVIRONMENT = {"HUB_USER": "me", "HUB_PASSWORD": "mine"}
ADDRESS = "https://mykeyvault.vault.azure.net/secrets/User"
HIDDEN = (
    "the credential for docker.io in task hello cannot be verified: "
    "seeing it takes the action Microsoft.ContainerRegistry/registries/tasks/listDetails/action"
)
SET = "SetCredential docker.io"


def planned(
    live: Live,
    *,
    identity: str = "myACRTasksId",
    tags: Tags = OURS,
    logins: dict[str, Login] | None = None,
    **fields: object,
) -> Plan:
    """Return the plan for the task `hello` where it is there with these logins."""
    task = replace(live_task(users=(IDENTITY,), tags=tags), logins=logins or {})
    spec = spec_of(task_of(identity, **{"pull": [], "secrets": {}} | fields)).with_environment(ENVIRONMENT)
    return make_plan(spec, replace(live, tasks={TASK: task}))


@pytest.mark.parametrize(
    ("login", "told"),
    [
        (CustomLogin(SecretStr("me"), SecretStr("mine")), []),
        (CustomLogin(SecretStr("you"), SecretStr("mine")), [SET]),
        (CustomLogin(SecretStr("me"), SecretStr("yours")), [SET]),
        (CustomLogin(SecretStr("me"), SecretStr("mine"), "[system]"), [SET]),
        (CustomLogin(VaultSecretAddress(ADDRESS), SecretStr("mine")), [SET]),
        (CustomLogin(None, SecretStr("mine")), [HIDDEN]),
        (CustomLogin(SecretStr("me"), None), [HIDDEN]),
        (CustomLogin(None, None), [HIDDEN]),
        (CustomLogin(None, SecretStr("yours")), [SET]),
        (IdentityLogin("c-user"), [SET]),
        (None, [SET]),
    ],
    ids=repr,
)
def test_a_login_is_set_where_what_is_seen_of_it_is_not_what_the_spec_wants(
    login: Login | None, told: list[str]
) -> None:
    plan = planned(complete_with_user(), logins={"docker.io": login} if login else {}, credentials=DOCKER_HUB)
    sets = [f"SetCredential {one.credential.login_server}" for one in plan.changes if isinstance(one, SetCredential)]
    assert [*sets, *plan.notes] == told
    assert len(sets) == len(plan.changes)


def test_a_login_with_a_vault_is_the_address_of_its_secrets_and_the_identity_that_reads_them() -> None:
    login = CustomLogin(VaultSecretAddress(ADDRESS), SecretStr("mine"), "c-user")
    parts = {"user_name": {"vault": "mykeyvault", "secret": "User"}, "password": {"env": "HUB_PASSWORD"}}
    assert planned(complete_with_user(), logins={"docker.io": login}, credentials={"docker.io": parts}).is_empty


def test_a_login_with_two_vaults_is_two_addresses_in_the_spelling_of_the_vaults() -> None:
    parts = {
        "user_name": {"vault": "mykeyvault", "secret": "User"},
        "password": {"vault": "othervault", "secret": "Password", "version": "0" * 32},
    }
    spec = spec_of(task_of(pull=[], secrets={}, credentials={"docker.io": parts}))
    (created,) = (change for change in make_plan(spec, bare()).changes if isinstance(change, CreateTask))
    grantee = Grantee(UserIdentity(IDENTITY), KnownAfterApply(f"create identity {IDENTITY}"))
    password = VaultSecretAddress(f"https://othervault.vault.azure.net/secrets/Password/{'0' * 32}")
    assert created.credentials == (RegistryCredential("docker.io", grantee, VaultSecretAddress(ADDRESS), password),)


def test_credentials_are_in_the_order_of_their_login_servers() -> None:
    spec = spec_of(task_of(credentials={"z.io": DOCKER_HUB["docker.io"], **DOCKER_HUB}))
    plan = make_plan(spec.with_environment(ENVIRONMENT), bare())
    (created,) = (change for change in plan.changes if isinstance(change, CreateTask))
    assert [one.login_server for one in created.credentials] == ["docker.io", SERVER, "z.io"]


def test_login_servers_are_the_same_whatever_their_case() -> None:
    live = complete_with_user()
    shouting = {**live.registries, BASE: LiveRegistry(BASE, SERVER.upper(), "westus")}
    assert planned(
        replace(live, registries=shouting), logins={SERVER: IdentityLogin("c-user")}, pull=["mybaseregistry"]
    ).is_empty


def test_a_task_logs_in_as_an_identity_that_is_yet_to_be_made() -> None:
    plan = planned(replace(complete_with_user(), identities={}), pull=["mybaseregistry"])
    (change,) = (one for one in plan.changes if isinstance(one, SetCredential))
    grantee = Grantee(UserIdentity(IDENTITY), KnownAfterApply(f"create identity {IDENTITY}"))
    reason = f"task hello must log in to {SERVER}"
    assert change == SetCredential(TASK, RegistryCredential(SERVER, grantee), replaces=False, reason=reason)


def test_a_task_logs_in_as_its_own_identity_that_it_is_yet_to_get() -> None:
    plan = planned(complete_with_user(), identity="system", pull=["mybaseregistry"], logins={})
    (change,) = (one for one in plan.changes if isinstance(one, SetCredential))
    grantee = Grantee(SystemIdentity(TASK), KnownAfterApply(f"update task {TASK}"))
    assert change.credential == RegistryCredential(SERVER, grantee)
    logins: dict[str, Login] = {SERVER: IdentityLogin("[system]")}
    plan = planned(complete_with_user(), identity="system", pull=["mybaseregistry"], logins=logins)
    assert not [one for one in plan.changes if isinstance(one, SetCredential)]


THEIRS = "task hello was not created by this tool, and somebody gave it another credential for docker.io"


@pytest.mark.parametrize(
    ("login", "tags", "unsafe"),
    [
        (None, (), ()),
        (CustomLogin(SecretStr("you"), SecretStr("yours")), (), (f"{THEIRS}: remove that one first",)),
        (
            CustomLogin(SecretStr("you"), SecretStr("yours")),
            remember(frozenset({credential_sign("quay.io")})),
            (f"{THEIRS}: remove that one first",),
        ),
        (
            CustomLogin(SecretStr("you"), SecretStr("yours")),
            remember(frozenset({credential_sign("docker.io")})),
            (),
        ),
        (CustomLogin(SecretStr("you"), SecretStr("yours")), OURS, ()),
    ],
    ids=["none is there", "theirs", "another one of ours", "ours in their task", "in our task"],
)
def test_only_a_credential_that_others_set_in_their_own_task_is_in_the_way(
    login: Login | None, tags: Tags, unsafe: tuple[str, ...]
) -> None:
    logins = {"docker.io": login} if login else {}
    plan = planned(complete_with_user(), tags=tags, logins=logins, credentials=DOCKER_HUB)
    assert SetCredential in map(type, plan.changes)
    assert plan.unsafe == unsafe


@pytest.mark.parametrize(("replaces", "before"), [(True, "(secret)"), (False, "(none)")])
def test_as_a_difference_a_credential_shows_nothing_of_itself(*, replaces: bool, before: str) -> None:
    change = SetCredential(TASK, RegistryCredential(SERVER, USER), replaces=replaces, reason="why")
    assert credential_change(change) == FieldChange(f"credentials[{SERVER}]", before, "(secret)")
