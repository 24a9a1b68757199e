"""Tags of ours that another tool has wiped: it is said, mended on request, and nobody loses what he needs."""

from __future__ import annotations

import pytest

from acr_identity.provisioner import Provisioner
from flows.flows import TASKS_VERSION, ask
from flows.left_behind import grants_of_dead_principals
from flows.teams import (
    Json,
    apply,
    azure,
    destroy,
    identity,
    names,
    our_roles,
    plan,
    set_tags,
    spec,
    tags,
    task,
    titles,
)

GIVEN: dict[str, Json] = {
    "pulls as itself": {"identity": "system", "pull": ["basereg"]},
    "pulls as another": {"identity": "puller", "pull": ["basereg"]},
    "reads by role": {"identity": "puller", "secrets": {"by-roles": ["Word"]}},
    "reads by policy": {"identity": "puller", "secrets": {"by-policies": ["Word"]}},
    "reads by policy as itself": {"identity": "system", "secrets": {"by-policies": ["Word"]}},
    "has tags": {"identity": "system", "pull": ["basereg"], "tags": {"owner": "x"}},
}
LOST_TASK = "task one-task carries no mark of ours, though what it was given says that it is ours: --adopt marks it"
LOST_IDENTITY = (
    "identity puller does not carry our mark any more, and what it was given says that it is ours: "
    "--adopt marks it again"
)


@pytest.mark.parametrize("name", ["web", None])
@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_a_task_without_its_marks_is_known_by_what_it_was_given(given: Json, name: str | None) -> None:
    emulator = azure()
    web = spec({"one-task": {**given, "timeout": 600}}, name)
    apply(emulator, web)
    mine = tags(emulator, task("one-task"))
    set_tags(emulator, task("one-task"), {})
    assert LOST_TASK in plan(emulator, web).notes
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.plan_destroy(web).is_empty
    apply(emulator, web, adopt=True)
    assert tags(emulator, task("one-task")) == mine
    destroy(emulator, web)
    assert (names(emulator, "tasks"), our_roles(emulator), grants_of_dead_principals(emulator)) == ([], [], [])


@pytest.mark.parametrize("name", ["web", None])
@pytest.mark.parametrize("given", ["pulls as another", "reads by role", "reads by policy"])
def test_an_identity_without_its_marks_is_known_by_what_it_was_given(given: str, name: str | None) -> None:
    emulator = azure()
    web = spec({"one-task": {**GIVEN[given], "timeout": 600}}, name)
    apply(emulator, web)
    mine = tags(emulator, identity())
    set_tags(emulator, identity(), {})
    found = plan(emulator, web)
    assert (found.notes, found.changes) == ((LOST_IDENTITY,), ())
    apply(emulator, web, adopt=True)
    assert tags(emulator, identity()) == mine
    destroy(emulator, web)
    assert names(emulator, "identities") == []


def test_a_destroy_that_leaves_a_task_does_not_say_that_nothing_is_left() -> None:
    emulator = azure()
    web = spec({"one-task": {"identity": "system", "pull": ["basereg"]}}, "web")
    apply(emulator, web)
    set_tags(emulator, task("one-task"), {})
    with Provisioner.emulated(emulator) as provisioner:
        assert str(provisioner.plan_destroy(web)) == (
            "Note: task one-task stays, and so does what it was given: it carries no mark\n\n"
            "Nothing to do: what is left of what `apply` made stays, as the notes say."
        )


@pytest.mark.parametrize("runs_as", ["system", "puller"])
def test_what_carries_a_record_and_no_mark_has_lost_it(runs_as: str) -> None:
    emulator = azure()
    web = spec({"one-task": {"identity": runs_as, "pull": ["basereg"], "timeout": 600}}, "web")
    apply(emulator, web)
    things = (task("one-task"), identity())[: 2 if runs_as == "puller" else 1]
    before = {thing: tags(emulator, thing) for thing in things}
    for thing in things:
        set_tags(emulator, thing, {name: value for name, value in before[thing].items() if name != "acr-identity"})
    found = plan(emulator, web)
    assert found.changes == ()
    assert set(found.notes) == {LOST_TASK, LOST_IDENTITY} if runs_as == "puller" else {LOST_TASK}
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.plan_destroy(web).is_empty
    apply(emulator, web, adopt=True)
    assert {thing: tags(emulator, thing) for thing in things} == before


@pytest.mark.parametrize("does", ["apply", "destroy"])
def test_a_task_that_is_left_in_place_keeps_the_grant_that_its_credential_needs(does: str) -> None:
    emulator = azure()
    apply(emulator, spec({"one-task": {"identity": "system", "pull": ["basereg"], "timeout": 600}}, "web"))
    set_tags(emulator, task("one-task"), {"team": "x"})
    without = spec({"one-task": {"identity": "system", "timeout": 600}}, "web")
    (apply if does == "apply" else destroy)(emulator, without)
    found = ask(emulator, "GET", task("one-task"), version=TASKS_VERSION)
    assert isinstance(found, dict)
    assert list(found["properties"]["credentials"]["customRegistries"]) == ["basereg.azurecr.io"]
    assert len(our_roles(emulator)) == 1


def test_a_task_that_is_not_what_the_spec_says_is_not_adopted_yet() -> None:
    emulator = azure()
    given = {"identity": "system", "pull": ["basereg"]}
    apply(emulator, spec({"one-task": {**given, "timeout": 600}}, "web"))
    set_tags(emulator, task("one-task"), {})
    found = plan(emulator, spec({"one-task": {**given, "timeout": 700}}, "web"), adopt=True)
    lost = "task one-task carries no mark of ours, though what it was given says that it is ours: "
    assert found.notes == (f"{lost}it is not what the spec says, so --adopt cannot mark it yet",)
    assert "acr-identity" not in {tag for change in found.changes for tag, _ in getattr(change, "tags", None) or ()}


@pytest.mark.parametrize("runs_as", ["system", "puller"])
def test_marks_in_capitals_are_marks(runs_as: str) -> None:
    emulator = azure()
    web = spec({"one-task": {"identity": runs_as, "secrets": {"by-policies": ["Word"]}, "timeout": 600}}, "web")
    apply(emulator, web)
    for thing in (task("one-task"), identity())[: 2 if runs_as == "puller" else 1]:
        mine = tags(emulator, thing)
        set_tags(emulator, thing, {})
        set_tags(emulator, thing, {name.upper(): value.upper() for name, value in mine.items()})
    apply(emulator, web)
    assert titles(emulator, web) == []
    destroy(emulator, web)
    assert (names(emulator, "tasks"), names(emulator, "identities"), our_roles(emulator)) == ([], [], [])
    assert grants_of_dead_principals(emulator) == []
