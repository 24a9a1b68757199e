"""What must hold whatever a spec said before, and whatever happened to what it made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator import Emulator
from acr_identity.provisioner import Provisioner
from flows.flows import TASKS_VERSION, ask
from flows.left_behind import grants_of_dead_principals
from profiles import examples
from properties.histories import Edit, edits, left, make
from properties.test_convergence import CrashBefore, CrashError, entries, of_others


@examples(1.2)
@given(edits())
def test_an_edited_spec_leaves_what_it_would_have_left_alone(edit: Edit) -> None:
    emulator, alone = edit.case.emulator(), edit.case.emulator()
    make(emulator, edit.before)
    make(emulator, edit.after, prune=True)
    make(alone, edit.after, prune=True)
    assert left(emulator, edit.case) == left(alone, edit.case)
    ends_as_it_began(emulator, edit)


@examples(0.3)
@given(edits(), st.data())
def test_an_edit_that_dies_anywhere_and_is_repeated_ends_as_if_it_had_lived(edit: Edit, data: st.DataObject) -> None:
    emulator, alone = edit.case.emulator(), edit.case.emulator()
    make(emulator, edit.before)
    with Provisioner.emulated(emulator) as provisioner:
        steps = len(provisioner.plan(edit.after, prune=True).steps)
    crash = CrashBefore(data.draw(st.integers(0, max(0, steps - 1))))
    with Provisioner.emulated(emulator, concurrency=1, progress=crash) as provisioner:
        planned = provisioner.plan(edit.after, prune=True)
        if planned.steps:
            with pytest.raises(CrashError):
                provisioner.apply(planned, max_removals=99)
    make(emulator, edit.after, prune=True)
    make(alone, edit.after, prune=True)
    assert left(emulator, edit.case) == left(alone, edit.case)
    ends_as_it_began(emulator, edit)


@examples(0.3)
@given(edits(), st.data())
def test_tasks_or_identities_that_were_deleted_by_hand_leave_nothing_behind(edit: Edit, data: st.DataObject) -> None:
    edit = without_roles(edit)
    emulator = edit.case.emulator()
    make(emulator, edit.before)
    section = data.draw(st.sampled_from(["tasks", "identities"]))
    made = [key for key in resources(emulator, section) if key not in resources(edit.case.emulator(), section)]
    for id_ in data.draw(st.lists(st.sampled_from(made), unique=True)) if made else ():
        ask(emulator, "DELETE", id_, version=TASKS_VERSION if section == "tasks" else "2023-01-31")
    make(emulator, edit.after, prune=True)
    assert dead(emulator, edit) == []
    ends_as_it_began(emulator, edit)


def without_roles(edit: Edit) -> Edit:
    """Leave out what is given anywhere: where that was, only the task remembers, and it may be the one that is gone."""
    before, after = (
        spec.model_copy(
            update={"tasks": {name: task.model_copy(update={"roles": ()}) for name, task in spec.tasks.items()}}
        )
        for spec in (edit.before, edit.after)
    )
    return replace(edit, before=before, after=after)


def ends_as_it_began(emulator: Emulator, edit: Edit) -> None:
    """See that nothing is left to do, and that `destroy` leaves what was there before."""
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.plan(edit.after, prune=True).steps == ()
        assert provisioner.destroy(edit.after).is_complete
        assert provisioner.plan_destroy(edit.after).steps == ()
    assert list(of_others(emulator)) == list(of_others(edit.case.emulator()))


def dead(emulator: Emulator, edit: Edit) -> list[str]:
    """Return what is left for principals that are gone, and was not there at the start."""
    before = grants_of_dead_principals(edit.case.emulator())
    return [one for one in grants_of_dead_principals(emulator) if one not in before]


def resources(emulator: Emulator, section: str) -> list[str]:
    """Return the ids of tasks or identities."""
    return [key for key, _ in entries(emulator, section)]
