"""A task has the roles that its spec names: they come, change, and go with the lines that say so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from acr_identity.emulator import Emulator, Request
from acr_identity.errors import MissingResourceError
from acr_identity.plan import Plan
from acr_identity.spec import Spec
from flows.flows import IDENTITIES_VERSION, REGISTRIES_VERSION, ROLES_VERSION, VAULTS_VERSION, ask
from flows.teams import (
    Json,
    apply,
    azure,
    destroy,
    group,
    identity,
    our_roles,
    plan,
    registry,
    spec,
    titles,
    vault,
    world,
)

SUBSCRIPTION = group().rpartition("/resourceGroups")[0]
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ROLE, SCOPE = "tasks.web-task.roles.0.role", "tasks.web-task.roles.0.scope"
NO_ROLE = "00000000-0000-0000-0000-000000000001"
PURGER = "7f1c2d3e-0000-4000-8000-000000000001"
OTHERS_ID = "9f1c2d3e-0000-4000-8000-000000000009"
IN_TEAM = "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'"
IN_BASE = "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'base'"
WRITER = "Container Registry Repository Writer"


def reading(*roles: Json, name: str = "web", identity: object = "puller") -> Spec:
    return spec({f"{name}-task": {"identity": identity, "roles": roles}}, name)


def given(emulator: Emulator) -> list[tuple[str, str, str | None]]:
    """Return the role, the scope and the condition of each role assignment of ours."""
    found = world(emulator)["assignments"].values()
    ours = (one for one in found if (one["description"] or "").startswith("acr_identity"))
    return sorted(((one["role"], one["scope"], one["condition"]) for one in ours), key=repr)


def custom_role(emulator: Emulator, name: str, *actions: str) -> None:
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{PURGER}"
    permissions = [{"actions": actions}]
    body = {"properties": {"roleName": name, "permissions": permissions, "assignableScopes": [SUBSCRIPTION]}}
    ask(emulator, "PUT", path, body, version=ROLES_VERSION)


def may(emulator: Emulator, path: str, version: str) -> bool:
    """Say whether the identity `puller` may read something, as Resource Manager has it."""
    principal = world(emulator)["identities"][identity().lower()]["principal_id"]
    headers = {"Authorization": f"Bearer {emulator.token(principal)}"}
    reply = emulator.handle(
        Request.to("GET", f"https://management.azure.com{path}?api-version={version}", headers, b"")
    )
    return reply.status == 200


@pytest.mark.parametrize(
    ("scope", "path", "version"),
    [
        ("basereg", registry("basereg"), REGISTRIES_VERSION),
        ("by-roles", vault("by-roles"), VAULTS_VERSION),
        ("puller", identity(), IDENTITIES_VERSION),
        ("resource_group", registry("basereg"), REGISTRIES_VERSION),
        ("subscription", registry("otherreg", "other"), REGISTRIES_VERSION),
        (registry("otherreg", "other"), registry("otherreg", "other"), REGISTRIES_VERSION),
        (group("other"), registry("otherreg", "other"), REGISTRIES_VERSION),
    ],
)
def test_with_the_role_the_identity_may_and_without_it_not(scope: str, path: str, version: str) -> None:
    emulator = azure()
    apply(emulator, reading())
    assert not may(emulator, path, version)
    with_role = reading({"role": "Reader", "scope": scope})
    apply(emulator, with_role)
    assert titles(emulator, with_role) == []
    assert may(emulator, path, version)
    apply(emulator, reading())
    assert not may(emulator, path, version)
    assert (titles(emulator, reading()), given(emulator)) == ([], [])


def test_a_plan_says_which_role_and_why() -> None:
    found = plan(azure(), reading({"role": "reader", "scope": "basereg"}))
    assert [(each.title, each.reason) for each in found.changes if "assign" in each.title] == [
        ("assign Reader on basereg to puller", "task web-task says so in roles")
    ]


@pytest.mark.parametrize("stated", ["Purger of images", "purger OF images", PURGER, PURGER.upper()])
def test_a_role_of_ones_own_is_found_by_its_name_and_by_its_id(stated: str) -> None:
    emulator = azure()
    custom_role(emulator, "Purger of images", "Microsoft.ContainerRegistry/registries/read")
    wanted = reading({"role": stated, "scope": "basereg"})
    assert "assign Purger of images on basereg to puller" in titles(emulator, wanted)
    apply(emulator, wanted)
    assert given(emulator) == [(PURGER, registry("basereg"), None)]
    assert (titles(emulator, wanted), may(emulator, registry("basereg"), REGISTRIES_VERSION)) == ([], True)
    assert "remove Purger of images on basereg from puller" in titles(emulator, reading())
    destroy(emulator, wanted)
    assert given(emulator) == []


def test_a_role_that_is_not_known_by_its_name_is_looked_up_once_where_it_shall_count() -> None:
    emulator = azure()
    custom_role(emulator, "Purger of images", "*/read")
    known = {"role": "Reader", "scope": "basereg"}
    other = {"role": "Purger of images", "scope": "basereg"}
    for roles, looked_up in (([known], 0), ([other], 1)):
        wanted = spec({name: {"identity": "puller", "roles": roles} for name in ("one-task", "two-task")}, "web")
        apply(emulator, wanted)
        before = len(emulator.requests)
        plan(emulator, wanted)
        lists = [one for one in emulator.requests[before:] if "roleDefinitions" in one.path]
        assert len(lists) == looked_up


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (
            {"role": "Purger of imagse", "scope": "basereg"},
            f"{ROLE}: There is no role 'Purger of imagse' at basereg. Did you mean 'Purger of images'?",
        ),
        (
            {"role": "Raeder", "scope": "resource_group"},
            f"{ROLE}: There is no role 'Raeder' at rg. Did you mean 'Reader'?",
        ),
        (
            {"role": NO_ROLE, "scope": "subscription"},
            f"{ROLE}: There is no role '{NO_ROLE}' at {SUBSCRIPTION.rpartition('/')[2]}.",
        ),
        (
            {"role": "Reader", "scope": group("othr")},
            f"{SCOPE}: Nothing is at '{group('othr')}'. Did you mean '{group('other')}'?",
        ),
        (
            {"role": "Reader", "scope": registry("noregistry", "other")},
            f"{SCOPE}: Nothing is at '{registry('noregistry', 'other')}'.",
        ),
    ],
)
def test_a_role_or_a_scope_that_is_not_there_is_told_with_what_was_meant(role: Json, told: str) -> None:
    emulator = azure()
    custom_role(emulator, "Purger of images", "*/read")
    with pytest.raises(MissingResourceError) as caught:
        plan(emulator, reading(role))
    assert str(caught.value) == told


def test_an_identity_that_nobody_has_cannot_be_a_scope() -> None:
    emulator = azure()
    wanted = spec({"one-task": {"identity": "system", "roles": [{"role": "Reader", "scope": "puller"}]}})
    with pytest.raises(MissingResourceError, match="There is no identity 'puller', and no task has it"):
        plan(emulator, wanted)


def test_a_role_on_an_identity_that_is_to_be_made_comes_after_it() -> None:
    emulator = azure()
    wanted = reading({"role": "Managed Identity Operator", "scope": "puller", "identity": "system"}, identity=BOTH)
    after = {step.change.title: step.after for step in plan(emulator, wanted).steps}
    assert (
        f"create identity {identity()}"
        in after["assign Managed Identity Operator on puller to the system identity of web-task"]
    )
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    destroy(emulator, wanted)
    assert given(emulator) == []


BOTH = ["system", "puller"]


def others(emulator: Emulator, role: str, scope: str, condition: str | None = None) -> None:
    """Let somebody else assign a role to the identity `puller`."""
    principal = world(emulator)["identities"][identity().lower()]["principal_id"]
    properties: Json = {
        "roleDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": principal,
        "principalType": "ServicePrincipal",
    }
    properties |= {"condition": condition, "conditionVersion": "2.0"} if condition else {}
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{OTHERS_ID}"
    ask(emulator, "PUT", path, {"properties": properties}, version=ROLES_VERSION)


def notes_and_roles(found: Plan) -> tuple[Sequence[str], list[str], Sequence[str]]:
    return found.notes, [one.title for one in found.changes if one.title.startswith("assign")], found.unsafe


MET = "puller needs no Reader on basereg of its own: met by Reader at resource group rg"
ASSIGN = "assign Reader on basereg to puller"


@pytest.mark.parametrize(
    ("there", "at", "more", "expected"),
    [
        (READER, registry("basereg"), {}, ((), [], ())),
        (READER, group(), {}, ((MET,), [], ())),
        (READER, group(), {"own": True}, ((), [ASSIGN], ())),
        (READER, group("other"), {}, ((), [ASSIGN], ())),
        # Contributor reads all that Reader does; but what a role of the spec is for is not known.
        ("b24988ac-6180-42a0-ab88-20f7382dd24c", group(), {}, ((), [ASSIGN], ())),
    ],
)
def test_the_same_role_of_others_counts_there_and_above(there: str, at: str, more: Json, expected: object) -> None:
    emulator = azure(identities={"puller": {"resource_group": "rg"}})
    others(emulator, there, at)
    before = world(emulator)["assignments"]
    wanted = reading({"role": "Reader", "scope": "basereg", **more})
    assert notes_and_roles(plan(emulator, wanted)) == expected
    apply(emulator, wanted)
    destroy(emulator, wanted)
    assert world(emulator)["assignments"] == before


@pytest.mark.parametrize(("condition", "counts"), [(None, True), (IN_TEAM, True), (IN_BASE, False)])
def test_what_others_gave_counts_where_its_condition_holds(condition: str | None, *, counts: bool) -> None:
    emulator = azure(identities={"puller": {"resource_group": "rg"}})
    others(emulator, "2a1e307c-b015-4ebd-883e-5b7698a07328", group(), condition)
    wanted = reading({"role": WRITER, "scope": "basereg", "condition": IN_TEAM})
    _, roles, _ = notes_and_roles(plan(emulator, wanted))
    assert roles == ([] if counts else [f"assign {WRITER} on basereg to puller"])


def test_the_same_role_of_others_under_another_condition_cannot_be_given_beside() -> None:
    emulator = azure(identities={"puller": {"resource_group": "rg"}})
    others(emulator, "2a1e307c-b015-4ebd-883e-5b7698a07328", registry("basereg"), IN_BASE)
    found = plan(emulator, reading({"role": WRITER, "scope": "basereg", "condition": IN_TEAM}))
    id_ = f"{registry('basereg')}/providers/Microsoft.Authorization/roleAssignments/{OTHERS_ID}"
    assert found.unsafe == (f"puller has {WRITER} on basereg under a condition that somebody set: {id_}",)


def conditions(emulator: Emulator) -> list[str | None]:
    return [condition for _, _, condition in given(emulator)]


def test_a_condition_is_set_changed_and_taken_away_in_place() -> None:
    emulator = azure()
    for condition in (IN_TEAM, IN_BASE, None, IN_TEAM):
        stated = {} if condition is None else {"condition": condition}
        wanted = reading({"role": WRITER, "scope": "basereg", **stated})
        apply(emulator, wanted)
        assert (titles(emulator, wanted), conditions(emulator)) == ([], [condition])


def test_a_changed_condition_is_shown() -> None:
    emulator = azure()
    apply(emulator, reading({"role": WRITER, "scope": "basereg", "condition": IN_TEAM}))
    (change,) = plan(emulator, reading({"role": WRITER, "scope": "basereg", "condition": IN_BASE})).changes
    assert change.title == f"change the condition of {WRITER} on basereg for puller"
    assert [(each.path, each.before, each.after) for each in change.differences] == [("condition", IN_TEAM, IN_BASE)]


def test_two_tasks_and_two_specs_may_state_other_conditions_of_one_role() -> None:
    emulator = azure()
    left = reading({"role": WRITER, "scope": "basereg", "condition": IN_TEAM}, name="left")
    right = reading({"role": WRITER, "scope": "basereg", "condition": IN_BASE}, name="right")
    apply(emulator, left)
    apply(emulator, right)
    assert conditions(emulator) == [f"({IN_BASE}) OR ({IN_TEAM})"]
    assert [titles(emulator, one) for one in (left, right)] == [[], []]
    destroy(emulator, right)
    apply(emulator, left)
    assert conditions(emulator) == [IN_TEAM]
    destroy(emulator, left)
    assert conditions(emulator) == []


@pytest.mark.parametrize("first", ["pull", "roles"])
def test_a_role_that_the_spec_names_and_needs_besides_is_one_assignment(first: str) -> None:
    emulator = azure()
    parts: Json = {"pull": ["basereg"], "roles": [{"role": "AcrPull", "scope": "basereg"}]}
    both = spec({"one-task": {"identity": "puller", **parts}}, "web")
    one = spec({"one-task": {"identity": "puller", first: parts[first]}}, "web")
    apply(emulator, both)
    assert len(given(emulator)) == 1
    apply(emulator, one)
    assert (titles(emulator, one), len(given(emulator))) == ([], 1)
    apply(emulator, spec({"one-task": {"identity": "puller"}}, "web"))
    assert given(emulator) == []


def test_a_role_on_a_vault_does_not_keep_access_to_its_secrets() -> None:
    emulator = azure()
    role = {"role": "Key Vault Reader", "scope": "by-policies"}
    apply(
        emulator, spec({"one-task": {"identity": "puller", "roles": [role], "secrets": {"by-policies": "Word"}}}, "web")
    )
    without = spec({"one-task": {"identity": "puller", "roles": [role]}}, "web")
    assert [one for one in titles(emulator, without) if "secrets" in one] == [
        "stop puller from reading secrets of by-policies"
    ]
    apply(emulator, without)
    assert (titles(emulator, without), len(given(emulator))) == ([], 1)


def test_what_was_given_goes_where_the_spec_names_the_scope_no_more() -> None:
    emulator = azure()
    role = {"role": "Reader", "scope": registry("otherreg", "other")}
    apply(emulator, reading(role, {"role": "Reader", "scope": "subscription"}, identity=BOTH))
    assert len(given(emulator)) == 2
    apply(emulator, reading(identity=BOTH))
    assert given(emulator) == []


def test_what_was_given_to_an_identity_that_was_deleted_by_hand_goes() -> None:
    emulator = azure()
    wanted = reading({"role": "Reader", "scope": group("other")})
    apply(emulator, wanted)
    (before,) = world(emulator)["assignments"].keys() - azure_assignments()
    ask(emulator, "DELETE", identity(), version=IDENTITIES_VERSION)
    apply(emulator, wanted)
    assert before not in world(emulator)["assignments"]
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


def azure_assignments() -> set[str]:
    return set(world(azure())["assignments"])


def test_python_says_it_as_yaml_does() -> None:
    stated = Spec(
        subscription=SUBSCRIPTION.rpartition("/")[2],
        resource_group="rg",
        registries={"homereg": {}},
        tasks={
            "one-task": {
                "registry": "homereg",
                "identity": "system",
                "command": "bash date",
                "roles": [{"role": "Reader", "scope": "homereg"}],
            }
        },
    )
    emulator = azure()
    apply(emulator, stated)
    assert given(emulator) == [(READER, registry("homereg"), None)]
