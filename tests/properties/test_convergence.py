"""What must hold for any spec in any world."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.changes import Change
from acr_identity.emulator import Emulator
from acr_identity.execute import Outcome, Report
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner
from flows.flows import holdings
from profiles import examples
from properties.anyworld import OTHERS_MARKS, SPEC_TAGS, Case, cases

slow = examples(0.4)


class CrashError(BaseException):
    """The process died. No handler of errors catches that."""


class CrashBefore:
    """A watcher in whose time the process dies, before the change of this number is tried."""

    def __init__(self, number: int) -> None:
        self.left = number

    def started(self, change: Change) -> None:
        del change
        if self.left == 0:
            raise CrashError
        self.left -= 1

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        del change, reason, seconds

    def ended(self, outcome: Outcome) -> None:
        del outcome


def plan(emulator: Emulator, case: Case) -> Plan:
    with Provisioner.emulated(emulator) as provisioner:
        return provisioner.plan(case.spec)


def apply(emulator: Emulator, case: Case, concurrency: int = 16) -> Report:
    with Provisioner.emulated(emulator, concurrency=concurrency) as provisioner:
        report = provisioner.apply(provisioner.plan(case.spec))
    assert report.is_complete, report
    return report


def applied(case: Case) -> Emulator:
    emulator = case.emulator()
    apply(emulator, case)
    return emulator


@slow
@given(cases())
def test_after_apply_the_plan_is_empty(case: Case) -> None:
    assert plan(applied(case), case).steps == ()


@examples(0.3)
@given(cases(), st.data())
def test_apply_that_dies_anywhere_and_is_repeated_ends_as_if_it_had_lived(case: Case, data: st.DataObject) -> None:
    steps = len(plan(case.emulator(), case).steps)
    emulator = case.emulator()
    crash = CrashBefore(data.draw(st.integers(0, max(0, steps - 1))))
    with Provisioner.emulated(emulator, concurrency=1, progress=crash) as provisioner:
        planned = provisioner.plan(case.spec)
        if planned.steps:
            with pytest.raises(CrashError):
                provisioner.apply(planned)
    apply(emulator, case)
    assert holdings(emulator) == holdings(applied(case))


@slow
@given(cases())
def test_one_thread_and_sixteen_end_in_the_same_state_with_the_same_report(case: Case) -> None:
    one, sixteen = case.emulator(), case.emulator()
    reports = [
        sorted(map(repr_of, apply(one, case, 1).outcomes)),
        sorted(map(repr_of, apply(sixteen, case, 16).outcomes)),
    ]
    assert reports[0] == reports[1]
    assert holdings(one) == holdings(sixteen)


def repr_of(outcome: Outcome) -> str:
    return f"{type(outcome).__name__} {outcome.change!r}"


@slow
@given(cases())
def test_destroy_leaves_what_others_made_as_it_was(case: Case) -> None:
    emulator = applied(case)
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.destroy(case.spec).is_complete
        assert provisioner.plan_destroy(case.spec).is_empty
    assert list(of_others(emulator)) == list(of_others(case.emulator()))


@slow
@given(cases())
def test_apply_leaves_what_others_made(case: Case) -> None:
    assert set(of_others(case.emulator())) <= set(of_others(applied(case)))


def of_others(emulator: Emulator) -> Iterator[tuple[str, ...]]:
    """Yield what there is, but for the tags that specs set: tasks, identities, tags, policies, role assignments."""
    for section in ("tasks", "identities"):
        for key, entry in entries(emulator, section):
            yield (section, key)
            tags = [(str(name), str(value)) for name, value in sorted(entry["tags"].items()) if name not in SPEC_TAGS]
            yield from ((section, key, *tag) for tag in tags)
            yield from ((section, key, mark) for mark in OTHERS_MARKS if mark in repr(entry))
    for key, entry in entries(emulator, "vaults"):
        policies = entry["properties"]["accessPolicies"]
        yield from sorted(("vault", key, policy["objectId"], str(policy["permissions"])) for policy in policies)
    yield from (("assignment", key, repr(sorted(entry.items()))) for key, entry in entries(emulator, "assignments"))


def entries(emulator: Emulator, section: str) -> list[tuple[str, dict[str, Any]]]:
    return sorted(json.loads(json.dumps(emulator.snapshot()[section])).items())
