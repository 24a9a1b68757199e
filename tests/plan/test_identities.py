"""User-assigned identities: created where they are missing, and tagged as the spec says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.changes import CreateIdentity, FieldChange, UpdateIdentity
from acr_identity.spec import Identity, Spec
from acr_identity.state import LiveIdentity, Tags
from plan.but_memory import make_plan
from plan.worlds import IDENTITY, OTHER_IDENTITY, OURS, bare, complete_with_user, spec_of, task_of


def with_identity(spec: Spec, **fields: object) -> Spec:
    """Return the spec with these fields of `myACRTasksId`."""
    return spec.model_copy(update={"identities": {**spec.identities, "myACRTasksId": Identity.model_validate(fields)}})


def created(spec: Spec) -> list[CreateIdentity]:
    return [change for change in make_plan(spec, bare()).changes if isinstance(change, CreateIdentity)]


def test_identities_are_created_once_with_the_tasks_that_need_them_in_the_order_of_names() -> None:
    task = task_of(["otherId", "myACRTasksId"], secrets={"mykeyvault": {"names": ["A"], "identity": "otherId"}})
    spec = spec_of(task, ("early", task_of()), ("later", task_of()))
    assert created(spec) == [
        CreateIdentity(IDENTITY, "eastus", OURS, "tasks early, hello, later run as it"),
        CreateIdentity(OTHER_IDENTITY, "eastus", OURS, "task hello runs as it"),
    ]


def test_an_identity_that_no_task_runs_as_is_not_created() -> None:
    assert created(spec_of(task_of("system"))) == []


@pytest.mark.parametrize(
    ("own", "spec_wide", "location"),
    [("northeurope", "eastus", "northeurope"), (None, "eastus", "eastus"), (None, None, "westus")],
    ids=["its own", "the spec's", "that of the registry of its first task"],
)
def test_an_identity_is_created_in_the_nearest_location_that_is_said(
    own: str | None, spec_wide: str | None, location: str
) -> None:
    early = task_of(registry="mybaseregistry", pull=[])
    spec = with_identity(spec_of(task_of(), ("early", early)), location=own)
    assert [one.location for one in created(spec.model_copy(update={"location": spec_wide}))] == [location]


def test_an_identity_is_created_with_its_tags_and_our_mark() -> None:
    (change,) = created(with_identity(spec_of(task_of()), tags={"team": "b", "env": "a"}))
    assert change.tags == (*OURS, ("env", "a"), ("team", "b"))


THEIRS: Tags = (("cost", "42"), ("env", "prod"))


@pytest.mark.parametrize("marks", [OURS, ()], ids=["ours", "of others"])
def test_tags_of_an_identity_that_is_there_are_completed_and_overruled(marks: Tags) -> None:
    live = replace(
        complete_with_user(), identities={IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "x", marks + THEIRS)}
    )
    spec = with_identity(spec_of(task_of()), tags={"team": "b", "Env": "test"})
    changes = [change for change in make_plan(spec, live).changes if isinstance(change, UpdateIdentity)]
    assert changes == [
        UpdateIdentity(
            IDENTITY,
            (*marks, ("cost", "42"), ("env", "test"), ("team", "b")),
            (FieldChange("tags.env", "prod", "test"), FieldChange("tags.team", "(none)", "b")),
            "its tags differ from the spec",
        )
    ]


def test_tags_of_an_identity_that_are_there_in_another_case_are_no_difference() -> None:
    live = replace(
        complete_with_user(), identities={IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "x", OURS + THEIRS)}
    )
    assert make_plan(with_identity(spec_of(task_of()), tags={"ENV": "prod"}), live).is_empty


def test_a_region_that_is_not_known_is_a_note_where_an_identity_is_to_be_created_in_it() -> None:
    spec = with_identity(spec_of(task_of()), location="mars")
    note = "identity myACRTasksId is to be created in mars, and no region of that name is known here"
    assert [note in make_plan(spec, live).notes for live in (bare(), complete_with_user())] == [True, False]
