"""A vault that decides by roles lets a task read the secrets that it names, and no other one of that vault."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator
from acr_identity.ids import ArmId
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec, TaskFile
from flows.flows import IDENTITIES_VERSION, ROLES_VERSION, TASKS_VERSION, VAULTS_VERSION, ask
from flows.left_behind import grants_of_dead_principals
from flows.teams import (
    SUBSCRIPTION,
    Json,
    apply,
    azure,
    destroy,
    group,
    identity,
    our_roles,
    plan,
    set_tags,
    spec,
    tags,
    task,
    titles,
    vault,
    world,
)
from properties.test_convergence import CrashBefore, CrashError

SECRETS = {"UserName": "u", "Password": "p", "Beside": "b"}
VAULTS: Json = {
    "by-policies": {"resource_group": "rg", "secrets": SECRETS},
    "by-roles": {"resource_group": "rg", "rbac": True, "secrets": SECRETS},
}
ROLE = "Key Vault Secrets User"
SECRETS_USER, SECRETS_OFFICER = "4633458b-17de-408a-b874-0445c86b69e6", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
BOTH = ["UserName", "Password"]
ON_VAULT: Json = {"names": BOTH, "scope": "vault"}


def reading(secrets: object, *names: str, which: str = "by-roles", runs_as: str = "puller") -> Json:
    """Return a task that is given secrets of a vault, and whose file reads the named ones of that vault."""
    read = "\n".join(
        f"  - {{id: {name}, keyvault: 'https://{which}.vault.azure.net/secrets/{name}'}}" for name in names
    )
    content = f"version: v1.1.0\nsecrets:\n{read}\nsteps:\n  - cmd: bash true\n"
    file = TaskFile(path="task.yaml", content=content)
    return {"command": None, "file": file, "identity": runs_as, "secrets": {which: secrets}}


def reads(secrets: object, *names: str, which: str = "by-roles", runs_as: str = "puller") -> Spec:
    return spec({"one-task": reading(secrets, *names, which=which, runs_as=runs_as)}, "web")


def status(emulator: Emulator, wanted: Spec, name: str = "one-task") -> str:
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.plan(wanted)
        return provisioner.run(name).wait().status


def assignments(emulator: Emulator) -> dict[str, str]:
    """Return the ids of the role assignments of ours, by what of the vault each is for."""
    found = world(emulator)["assignments"].items()
    ours = ((id_, one["scope"]) for id_, one in found if (one["description"] or "").startswith("acr_identity"))
    return {
        scope.rpartition("/")[2]: f"{scope}/providers/Microsoft.Authorization/roleAssignments/{id_}"
        for id_, scope in ours
    }


def assign(emulator: Emulator, scope: str, role: str, name: str = "puller") -> None:
    """Assign a role to a user-assigned identity as somebody else would."""
    found = ask(emulator, "GET", identity(name), version=IDENTITIES_VERSION)
    assert isinstance(found, dict)
    body = {
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": found["properties"]["principalId"],
        "principalType": "ServicePrincipal",
    }
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001"
    ask(emulator, "PUT", path, {"properties": body}, version=ROLES_VERSION)


def switch(emulator: Emulator, which: str, *, by_roles: bool) -> None:
    body = {"properties": {"enableRbacAuthorization": by_roles}}
    ask(emulator, "PATCH", vault(which), body, version=VAULTS_VERSION)


@pytest.fixture
def emulator() -> Emulator:
    return azure(vaults=VAULTS, identities={"puller": {"resource_group": "rg"}})


def without(emulator: Emulator, given: str) -> None:
    """Take one grant away: a role assignment, or the access by policy of this principal."""
    if "/" in given:
        ask(emulator, "DELETE", given, version=ROLES_VERSION)
        return
    entry = {"tenantId": emulator.world.tenant, "objectId": given, "permissions": {"secrets": ["get"]}}
    body = {"properties": {"accessPolicies": [entry]}}
    ask(emulator, "PUT", f"{vault('by-policies')}/accessPolicies/remove", body, version=VAULTS_VERSION)


@pytest.mark.parametrize("runs_as", ["system", "puller", "both"])
@pytest.mark.parametrize("access", [BOTH, ON_VAULT], ids=["secret", "vault"])
@pytest.mark.parametrize("which", ["by-policies", "by-roles"])
def test_a_run_reads_with_what_apply_gave_and_fails_without_any_of_it(
    emulator: Emulator, which: str, access: object, runs_as: str
) -> None:
    one = reading(access, *BOTH, which=which) | {"identity": {"both": ["puller", "system"]}.get(runs_as, runs_as)}
    wanted = spec({"one-task": one}, "web")
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    policies = world(emulator)["vaults"][vault("by-policies").lower()]["properties"]["accessPolicies"]
    given = [*assignments(emulator).values(), *(entry["objectId"] for entry in policies)]
    assert len(given) == (2 if which == "by-roles" and access is BOTH else 1)
    before = emulator.snapshot()
    assert status(emulator, wanted) == "Succeeded"
    for each in given:
        emulator.restore(before)
        without(emulator, each)
        assert status(emulator, wanted) == "Failed"
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


@pytest.mark.parametrize("runs_as", ["system", "puller"])
def test_each_named_secret_is_given_and_none_beside_it(emulator: Emulator, runs_as: str) -> None:
    wanted = reads(BOTH, *BOTH, runs_as=runs_as)
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    assert sorted(assignments(emulator)) == ["Password", "UserName"]
    assert status(emulator, wanted) == "Succeeded"
    greedy = reads(BOTH, *BOTH, "Beside", runs_as=runs_as)
    apply(emulator, greedy)
    assert status(emulator, greedy) == "Failed"


def test_a_spec_may_say_that_it_is_the_vault(emulator: Emulator) -> None:
    wanted = reads(ON_VAULT, *BOTH)
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    assert list(assignments(emulator)) == ["by-roles"]
    assert status(emulator, wanted) == "Succeeded"


def test_the_secrets_of_a_login_are_given_too(emulator: Emulator) -> None:
    parts = [{"vault": "by-roles", "secret": name} for name in BOTH]
    login = {"user_name": parts[0], "password": parts[1]}
    one = {"identity": "puller", "secrets": {"by-roles": ["Beside"]}, "credentials": {"docker.io": login}}
    apply(emulator, spec({"one-task": one}, "web"))
    assert sorted(assignments(emulator)) == ["Beside", "Password", "UserName"]


def test_a_task_is_shown_with_the_secrets_that_it_may_read(emulator: Emulator) -> None:
    wanted = reads(["UserName"], "UserName")
    apply(emulator, wanted)
    with Provisioner.emulated(emulator) as provisioner:
        (grant,) = provisioner.show("one-task", wanted).grants
    secret = ArmId(f"{vault('by-roles')}/secrets/UserName")
    assert (grant.right, grant.resource, grant.is_inherited) == (ROLE, secret, False)


def test_a_secret_that_leaves_the_spec_is_not_given_any_more(emulator: Emulator) -> None:
    apply(emulator, reads(BOTH, *BOTH))
    fewer = reads(["UserName"], "UserName")
    assert f"remove {ROLE} on secret Password of by-roles from puller" in titles(emulator, fewer)
    apply(emulator, fewer)
    assert titles(emulator, fewer) == []
    assert (list(assignments(emulator)), status(emulator, fewer)) == (["UserName"], "Succeeded")
    destroy(emulator, fewer)
    assert our_roles(emulator) == []


@pytest.mark.parametrize("name", ["web", None])
@pytest.mark.parametrize(("before", "after"), [(ON_VAULT, BOTH), (BOTH, ON_VAULT)], ids=["to secrets", "to the vault"])
@pytest.mark.parametrize("dies_before", range(5))
def test_from_the_vault_to_its_secrets_and_back_no_run_fails_even_if_an_apply_dies(
    emulator: Emulator, before: object, after: object, name: str | None, dies_before: int
) -> None:
    was, wanted = (spec({"one-task": reading(each, *BOTH)}, name) for each in (before, after))
    apply(emulator, was)
    crash = CrashBefore(dies_before)
    with Provisioner.emulated(emulator, concurrency=1, progress=crash) as provisioner:
        planned = provisioner.plan(wanted)
        if dies_before < len(planned.steps):
            with pytest.raises(CrashError):
                provisioner.apply(planned)
    assert status(emulator, wanted) == "Succeeded"
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    assert sorted(assignments(emulator)) == (["by-roles"] if after is ON_VAULT else ["Password", "UserName"])
    assert status(emulator, wanted) == "Succeeded"
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


@pytest.mark.parametrize(
    ("scope", "role", "words"),
    [
        (vault("by-roles"), SECRETS_USER, f"{ROLE} at vault by-roles"),
        (group(), SECRETS_OFFICER, "Key Vault Secrets Officer at resource group rg"),
    ],
    ids=["on the vault", "inherited"],
)
def test_what_others_gave_on_the_vault_or_above_it_counts_for_its_secrets(
    emulator: Emulator, scope: str, role: str, words: str
) -> None:
    assign(emulator, scope, role)
    wanted = reads(BOTH, *BOTH)
    found = plan(emulator, wanted)
    assert found.notes == tuple(
        f"puller needs no {ROLE} on secret {secret} of by-roles of its own: met by {words}" for secret in sorted(BOTH)
    )
    apply(emulator, wanted)
    assert (assignments(emulator), status(emulator, wanted)) == ({}, "Succeeded")
    apply(emulator, reads({"names": BOTH, "own": True}, *BOTH))
    assert sorted(assignments(emulator)) == ["Password", "UserName"]


def test_what_others_gave_on_one_secret_counts_for_that_one(emulator: Emulator) -> None:
    assign(emulator, f"{vault('by-roles')}/secrets/password", SECRETS_USER)
    wanted = reads(BOTH, *BOTH)
    apply(emulator, wanted)
    assert (list(assignments(emulator)), status(emulator, wanted)) == (["UserName"], "Succeeded")


def test_two_specs_share_a_secret_until_the_last_lets_it_go(emulator: Emulator) -> None:
    left, right = (spec({f"{name}-task": reading(BOTH, *BOTH)}, name) for name in ("left", "right"))
    apply(emulator, left)
    apply(emulator, right)
    assert [titles(emulator, one) for one in (left, right)] == [[], []]
    assert sorted(assignments(emulator)) == ["Password", "UserName"]
    fewer = spec({"left-task": reading(["UserName"], "UserName")}, "left")
    apply(emulator, fewer)
    assert sorted(assignments(emulator)) == ["Password", "UserName"]
    destroy(emulator, right)
    assert list(assignments(emulator)) == ["UserName"]
    assert status(emulator, fewer, "left-task") == "Succeeded"


def test_destroying_one_task_leaves_the_other_the_secrets_that_it_names(emulator: Emulator) -> None:
    tasks = {"one-task": reading(["UserName"], "UserName"), "other-task": reading(["Password"], "Password")}
    wanted = spec(tasks, "web")
    apply(emulator, wanted)
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.destroy(wanted, tasks=["one-task"]).is_complete
    assert list(assignments(emulator)) == ["Password"]
    assert status(emulator, wanted, "other-task") == "Succeeded"


@pytest.mark.parametrize("runs_as", ["system", "puller"])
def test_who_was_deleted_by_hand_keeps_no_secret(runs_as: str) -> None:
    emulator = azure(vaults=VAULTS)
    wanted = reads(BOTH, *BOTH, runs_as=runs_as)
    apply(emulator, wanted)
    if runs_as == "system":
        ask(emulator, "DELETE", task("one-task"), version=TASKS_VERSION)
    else:
        ask(emulator, "DELETE", identity(), version=IDENTITIES_VERSION)
    apply(emulator, wanted)
    assert (grants_of_dead_principals(emulator), status(emulator, wanted)) == ([], "Succeeded")


def test_wiped_marks_are_written_again_and_what_was_given_is_taken_back(emulator: Emulator) -> None:
    wanted = reads(BOTH, *BOTH, runs_as="system")
    apply(emulator, wanted)
    mine = tags(emulator, task("one-task"))
    set_tags(emulator, task("one-task"), {})
    apply(emulator, wanted, adopt=True)
    assert tags(emulator, task("one-task")) == mine
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


@pytest.mark.parametrize("access", [BOTH, ON_VAULT], ids=["secrets", "vault"])
@pytest.mark.parametrize("runs_as", ["system", "puller"])
@pytest.mark.parametrize("which", ["by-roles", "by-policies"])
def test_when_a_vault_decides_otherwise_and_back_again_runs_succeed_after_an_apply(
    emulator: Emulator, which: str, runs_as: str, access: object
) -> None:
    wanted = reads(access, *BOTH, which=which, runs_as=runs_as)
    for by_roles in (which == "by-roles", which != "by-roles", which == "by-roles"):
        switch(emulator, which, by_roles=by_roles)
        apply(emulator, wanted)
        assert titles(emulator, wanted) == []
        assert status(emulator, wanted) == "Succeeded"
        assert len(our_roles(emulator)) == ((1 if access is ON_VAULT else 2) if by_roles else 0)
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


def test_the_roles_on_many_secrets_are_read_by_one_request(emulator: Emulator) -> None:
    def asked(wanted: Spec) -> list[str]:
        apply(emulator, wanted)
        seen = len(emulator.requests)
        assert titles(emulator, wanted) == []
        return sorted(one.path for one in emulator.requests[seen:])

    assert asked(reads(["UserName"])) == asked(reads(list(SECRETS)))
