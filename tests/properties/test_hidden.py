"""What is hidden is never lost, and what cannot be compared is no change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.changes import ReplaceTask, SetCredential, UpdateTask
from acr_identity.emulator import Emulator
from acr_identity.errors import UnsafePlanError
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec
from profiles import examples
from properties.anysecrets import ANYBODY, ENVIRONMENT, HIDERS, Hiding, Theirs, any_spec, any_theirs, kept, put_theirs

many = examples(0.5)
hidings = st.sampled_from(ANYBODY)


@pytest.fixture(autouse=True, scope="module")
def _environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


def told(plan: Plan) -> set[str]:
    """Return the paths that a plan says it will change."""
    paths: set[str] = set()
    for change in plan.changes:
        if isinstance(change, UpdateTask | ReplaceTask):
            paths |= {field.path for field in change.fields if not field.path.startswith("tags.acr-identity")}
        if isinstance(change, SetCredential):
            paths.add(f"credentials[{change.credential.login_server}]")
    return paths


def lost(emulator: Emulator, theirs: Theirs) -> set[str]:
    """Return the paths of what is gone; a credential counts as a whole."""
    gone = set(theirs.secrets) - kept(emulator, theirs)
    return {path.rpartition(".")[0] if path.startswith("credentials[") else path for path in gone}


def may_be_lost(plan: Plan, hiding: Hiding) -> set[str]:
    """Return what apply may take out: what it says, of what it sees."""
    return set() if plan.unsafe or hiding.hides else told(plan)


def apply(provisioner: Provisioner, spec: Spec) -> Plan:
    """Apply a spec, and see that the next plan has nothing to do, or refuses the same."""
    plan = provisioner.plan(spec)
    if plan.unsafe:
        with pytest.raises(UnsafePlanError):
            provisioner.apply(plan)
        assert provisioner.plan(spec) == plan
    else:
        report = provisioner.apply(plan)
        assert report.is_complete, report
        again = provisioner.plan(spec)
        assert (again.steps, again.unsafe) == ((), ())
    return plan


@many
@given(any_theirs(ours=False), any_spec(), hidings)
def test_apply_takes_from_a_task_of_others_only_what_it_says_that_it_changes(
    theirs: Theirs, spec: Spec, hiding: Hiding
) -> None:
    emulator = hiding.begin()
    put_theirs(emulator, theirs)
    with Provisioner.emulated(emulator, caller=hiding.caller(emulator)) as provisioner:
        plan = apply(provisioner, spec)
        assert lost(emulator, theirs) <= may_be_lost(plan, hiding)
        provisioner.destroy(spec)
    assert lost(emulator, theirs) <= may_be_lost(plan, hiding)


@many
@given(any_theirs(ours=True), any_spec(), hidings)
def test_apply_takes_from_a_task_of_ours_only_what_it_says_that_it_changes(
    theirs: Theirs, spec: Spec, hiding: Hiding
) -> None:
    emulator = hiding.begin()
    put_theirs(emulator, theirs)
    with Provisioner.emulated(emulator, caller=hiding.caller(emulator)) as provisioner:
        plan = apply(provisioner, spec)
    assert lost(emulator, theirs) <= may_be_lost(plan, hiding)


@many
@given(any_theirs(ours=True) | any_theirs(ours=False), any_spec(), st.sampled_from(HIDERS))
def test_details_that_hide_what_the_plan_saw_lose_nothing(theirs: Theirs, spec: Spec, hiding: Hiding) -> None:
    before, after = Hiding().begin(), hiding.begin()
    put_theirs(before, theirs)
    with Provisioner.emulated(before) as provisioner:
        plan = provisioner.plan(spec)
    after.restore(before.snapshot())
    if plan.unsafe:
        return
    with Provisioner.emulated(after) as provisioner:
        report = provisioner.apply(plan)
    assert lost(after, theirs) <= told(plan)
    assert all(isinstance(failure.error, UnsafePlanError) for failure in report.failures)
    assert {type(failure.change) for failure in report.failures} <= {ReplaceTask}
