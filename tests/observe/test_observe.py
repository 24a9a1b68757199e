"""What is asked of Azure for a spec, and what becomes of the answers."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from acr_identity.errors import AzureError, NotAuthorisedError, UnreachableError
from acr_identity.ids import ArmId
from acr_identity.observe import look_around, observe
from acr_identity.spec import Spec, Task
from acr_identity.state import (
    Live,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveTask,
    LiveVault,
    Surroundings,
    TaskSettings,
)
from observe.scripted import ScriptedReader

ONE, TWO = "aaaaaaaa-1111-1111-1111-111111111111", "bbbbbbbb-2222-2222-2222-222222222222"
GROUP, OTHER_GROUP, FAR_GROUP = ArmId.group(ONE, "mine"), ArmId.group(ONE, "shared"), ArmId.group(TWO, "mine")
FORBIDDEN = NotAuthorisedError("no", status=403)


def registry(name: str, group: ArmId = GROUP) -> LiveRegistry:
    id_ = group.provided("Microsoft.ContainerRegistry", "registries", name)
    return LiveRegistry(id_, f"{name}.azurecr.io", "eastus")


def vault(name: str, *, uses_rbac: bool = False) -> LiveVault:
    id_ = GROUP.provided("Microsoft.KeyVault", "vaults", name)
    return LiveVault(id_, f"https://{name}.vault.azure.net", "tenant", uses_rbac=uses_rbac)


def identity(name: str, group: ArmId = GROUP) -> LiveIdentity:
    id_ = group.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", name)
    return LiveIdentity(id_, f"p-{name}", f"c-{name}", "eastus")


def assignment(name: str) -> LiveAssignment:
    return LiveAssignment(name, "/", "p-mine", "guid")


def world(*parts: LiveRegistry | LiveVault | LiveIdentity | LiveTask, assignments: tuple[str, ...] = ()) -> Live:
    return Live(
        {one.id: one for one in parts if isinstance(one, LiveRegistry)},
        {one.id: one for one in parts if isinstance(one, LiveVault)},
        {one.id: one for one in parts if isinstance(one, LiveIdentity)},
        {one.id: one for one in parts if isinstance(one, LiveTask)},
        tuple(map(assignment, assignments)),
    )


def spec(*parts: LiveRegistry | LiveVault | LiveIdentity, **tasks: Mapping[str, object]) -> Spec:
    """Return a spec that names these by their whole ids, with tasks of the registry `home`."""
    defaults = {"registry": "home1", "command": "alpine"}
    return Spec.model_validate(
        {
            "registries": {one.id.name: str(one.id) for one in parts if isinstance(one, LiveRegistry)},
            "vaults": {one.id.name: str(one.id) for one in parts if isinstance(one, LiveVault)},
            "identities": {one.id.name: str(one.id) for one in parts if isinstance(one, LiveIdentity)},
            "tasks": {name: Task.model_validate({**defaults, **task}) for name, task in tasks.items()},
        }
    )


HOME, BASE, OTHER_BASE = registry("home1"), registry("base1"), registry("base2")
HELLO = LiveTask(HOME.id.child("tasks", "hello"), "eastus", TaskSettings())
KEYS, SECRETS = vault("keys"), vault("secrets", uses_rbac=True)
MINE, OURS = identity("mine"), identity("ours")


def test_each_thing_is_asked_for_once_and_what_is_there_is_told() -> None:
    task = {"identity": "mine", "pull": ["base1"], "secrets": {"keys": ["A"]}}
    reader = ScriptedReader(world(HOME, BASE, KEYS, MINE, HELLO), {BASE.id: (assignment("one"),)})
    found = observe(reader, spec(HOME, BASE, KEYS, MINE, hello=task, other=task))
    assert found == world(HOME, BASE, KEYS, MINE, HELLO, assignments=("one",))
    assert sorted(reader.asked) == [
        "assignments base1",
        "identity mine",
        f"registries {ONE}",
        f"role {ONE} guid",
        "task hello",
        "task other",
        "vault keys",
    ]


def test_what_is_not_there_is_left_out() -> None:
    task = {"identity": "mine", "pull": ["base1"], "secrets": {"keys": ["A"]}}
    assert observe(ScriptedReader(world()), spec(HOME, BASE, KEYS, MINE, hello=task)) == Live()


def test_what_no_task_refers_to_is_not_asked_for() -> None:
    reader = ScriptedReader(world())
    observe(reader, spec(HOME, BASE, KEYS, MINE, hello={}))
    assert sorted(reader.asked) == ["registry home1", "task hello"]


def test_a_spec_without_tasks_asks_for_nothing() -> None:
    reader = ScriptedReader(world(HOME))
    assert observe(reader, spec(HOME)) == Live()
    assert reader.asked == []


def test_the_roles_on_a_vault_are_asked_for_when_it_turns_out_to_use_them() -> None:
    task = {"identity": "system", "secrets": {"keys": ["A"], "secrets": ["B"]}}
    reader = ScriptedReader(world(KEYS, SECRETS), {SECRETS.id: (assignment("one"),), KEYS.id: (assignment("no"),)})
    found = observe(reader, spec(HOME, KEYS, SECRETS, hello=task), concurrency=1)
    assert found == world(KEYS, SECRETS, assignments=("one",))
    assert reader.asked == ["task hello", "registry home1", "vault keys", "vault secrets", "assignments secrets"]


def test_an_assignment_that_holds_at_several_scopes_is_told_once_in_the_order_of_ids() -> None:
    task = {"identity": "system", "pull": ["base1", "base2"]}
    at = {
        BASE.id: (assignment("/Z"), assignment("/above"), assignment("/c")),
        OTHER_BASE.id: (assignment("/ABOVE"), assignment("/B")),
    }
    found = observe(ScriptedReader(world(), at), spec(HOME, BASE, OTHER_BASE, hello=task), concurrency=1)
    assert [one.id for one in found.assignments] == ["/ABOVE", "/B", "/c", "/Z"]


def test_the_roles_on_a_registry_are_asked_for_where_it_is_pulled_from_and_only_once() -> None:
    reader = ScriptedReader(world())
    tasks = {name: {"identity": "system", "pull": ["base2", "base1"]} for name in ("hello", "other", "third")}
    observe(reader, spec(HOME, BASE, OTHER_BASE, **tasks), concurrency=1)
    assert [line for line in reader.asked if "assignments" in line] == ["assignments base1", "assignments base2"]


@pytest.mark.parametrize(
    ("registries", "asked"),
    [
        ([HOME], ["registry home1"]),
        ([HOME, BASE], [f"registries {ONE}"]),
        ([HOME, registry("base1", FAR_GROUP)], ["registry base1", "registry home1"]),
        (
            [HOME, registry("base2", OTHER_GROUP), registry("base3", FAR_GROUP), registry("base4", FAR_GROUP)],
            [f"registries {ONE}", f"registries {TWO}"],
        ),
        ([HOME, registry("base2", ArmId.group(ONE.upper(), "Shared"))], [f"registries {ONE}"]),
    ],
    ids=["one", "two", "in two subscriptions", "two in each of two", "a subscription in capitals"],
)
def test_registries_are_one_list_where_a_subscription_has_several(
    registries: list[LiveRegistry], asked: list[str]
) -> None:
    task = {"identity": "system", "pull": [one.id.name for one in registries if one != HOME]}
    theirs = registry("theirs")
    reader = ScriptedReader(world(*registries, theirs))
    found = observe(reader, spec(*registries, hello=task))
    assert found.registries == {one.id: one for one in registries}
    assert sorted(line for line in reader.asked if "regist" in line) == asked


def test_a_registry_that_the_list_does_not_show_is_asked_for_by_itself() -> None:
    hidden = registry("base2", ArmId.group(ONE.upper(), "Shared"))
    shown = spec(HOME, hidden, hello={"identity": "system", "pull": ["base2"]})
    reader = ScriptedReader(world(HOME))
    assert observe(reader, shown, concurrency=1).registries == {HOME.id: HOME}
    assert [line for line in reader.asked if "regist" in line] == [f"registries {ONE}", "registry base2"]


def test_who_may_not_list_registries_asks_for_each() -> None:
    reader = ScriptedReader(world(HOME, BASE), refusals={"registries": FORBIDDEN})
    found = observe(reader, spec(HOME, BASE, hello={"identity": "system", "pull": ["base1"]}), concurrency=1)
    assert found == world(HOME, BASE)
    assert [line for line in reader.asked if "regist" in line] == [
        f"registries {ONE}",
        "registry base1",
        "registry home1",
    ]


def test_identities_are_one_list_where_a_group_has_several_and_those_of_others_are_left_out() -> None:
    far, shared = identity("far", FAR_GROUP), identity("shared", OTHER_GROUP)
    spelt = identity("ours", ArmId.group(ONE.upper(), "MINE"))
    task = {"identity": ["mine", "ours", "far", "shared"]}
    reader = ScriptedReader(world(MINE, OURS, identity("theirs"), far, shared))
    found = observe(reader, spec(HOME, MINE, spelt, far, shared, hello=task))
    assert list(found.identities.values()) == [MINE, OURS, shared, far]
    assert sorted(line for line in reader.asked if "identit" in line) == [
        f"identities {ONE} mine",
        "identity far",
        "identity shared",
    ]


def test_an_identity_that_the_list_of_its_group_does_not_show_is_not_there() -> None:
    reader = ScriptedReader(world(MINE))
    found = observe(reader, spec(HOME, MINE, OURS, hello={"identity": ["mine", "ours"]}))
    assert found == world(MINE)
    assert "identity ours" not in reader.asked


def test_who_may_not_list_identities_asks_for_each() -> None:
    reader = ScriptedReader(world(MINE, OURS, identity("theirs")), refusals={"identities": FORBIDDEN})
    found = observe(reader, spec(HOME, MINE, OURS, hello={"identity": ["mine", "ours"]}), concurrency=1)
    assert found == world(MINE, OURS)
    assert [line for line in reader.asked if "identit" in line] == [
        f"identities {ONE} mine",
        "identity mine",
        "identity ours",
    ]


TASK = {"identity": ["mine", "ours"], "pull": ["base1"], "secrets": {"secrets": {"names": ["A"], "identity": "mine"}}}


@pytest.mark.parametrize("verb", ["registries", "vault", "identities", "task", "assignments"])
@pytest.mark.parametrize("error", [UnreachableError("no answer"), FORBIDDEN], ids=["no answer", "forbidden"])
def test_a_question_that_is_refused_is_an_error_unless_another_one_can_answer(verb: str, error: AzureError) -> None:
    live = world(HOME, BASE, SECRETS, MINE, OURS, HELLO)
    reader = ScriptedReader(live, refusals={verb: error})
    asked = spec(HOME, BASE, SECRETS, MINE, OURS, hello=TASK)
    if error is FORBIDDEN and verb in {"registries", "identities"}:
        assert observe(reader, asked) == live
        return
    with pytest.raises(type(error)) as caught:
        observe(reader, asked)
    assert caught.value is error


def test_as_many_questions_are_under_way_at_once_as_allowed() -> None:
    live = world(HOME, BASE, KEYS, MINE, OURS, HELLO)
    task = {"identity": ["mine", "ours"], "pull": ["base1"], "secrets": {"keys": {"names": ["A"], "identity": "mine"}}}
    asked = spec(HOME, BASE, KEYS, MINE, OURS, hello=task)
    # A task, a vault, the roles on a registry, and two lists: five questions, of which none is answered before all
    # were asked.
    assert observe(ScriptedReader(live, meeting=threading.Barrier(5, timeout=10)), asked, concurrency=5) == live
    with pytest.raises(threading.BrokenBarrierError):
        observe(ScriptedReader(live, meeting=threading.Barrier(5, timeout=0.1)), asked, concurrency=4)


def test_what_else_there_is_is_read_once_for_each_subscription() -> None:
    around = Surroundings(("mine",), (registry("one").id,))
    reader = ScriptedReader(Live(), around=around)
    assert look_around(reader, [TWO, ONE, ONE.upper()]) == {ONE: around, TWO: around}
    assert reader.asked == [f"surroundings {ONE}", f"surroundings {TWO}"]


def test_a_subscription_that_may_not_be_listed_is_left_out() -> None:
    assert look_around(ScriptedReader(Live(), refusals={"surroundings": FORBIDDEN}), [ONE]) == {}
