"""Work grows with the spec, and not faster: the calls are counted, no clock is asked."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TypeAlias

import pytest

import acr_identity
from acr_identity.plan import make_destroy_plan, make_plan
from acr_identity.render import plan_json, plan_markdown, plan_text
from acr_identity.spec import Spec, load_spec
from acr_identity.state import Live
from plan.fleets import fleet, spec_text

PACKAGE = str(Path(acr_identity.__file__).parent)
FEW, MANY = 50, 100
Calls: TypeAlias = Counter[str]


def calls_of(work: Callable[[], object]) -> Calls:
    """Count how often each function of the package is called or resumed, and each built-in one by it."""
    calls = Calls()

    def look(frame: FrameType, event: str, called: object) -> None:
        code = frame.f_code
        if code.co_filename.startswith(PACKAGE):
            if event == "call":
                calls[code.co_qualname] += 1
            elif event == "c_call":
                calls[f"{getattr(called, '__qualname__', called)} by {code.co_qualname}"] += 1

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def grows_too_fast(few: Calls, many: Calls) -> dict[str, tuple[int, int]]:
    """Return what is called more than twice as often for twice as many tasks, with a tenth to spare."""
    return {name: (few[name], count) for name, count in many.items() if count > 2.2 * max(few[name], 10)}


def nothing(live: Live) -> Live:
    return replace(live, tasks={}, identities={}, assignments=())


WORK: dict[str, Callable[[Spec, Live], Callable[[], object]]] = {
    "plan, nothing to do": lambda spec, live: lambda: make_plan(spec, live),
    "plan, all to do": lambda spec, live: lambda: make_plan(spec, nothing(live)),
    "destroy": lambda spec, live: lambda: make_destroy_plan(spec, live),
    "render": lambda spec, live: _rendering(spec, nothing(live)),
}


def _rendering(spec: Spec, live: Live) -> Callable[[], object]:
    plan = make_plan(spec, live)
    return lambda: (plan_text(plan), plan_markdown(plan), plan_json(plan))


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_twice_the_tasks_are_twice_the_calls(work: Callable[[Spec, Live], Callable[[], object]]) -> None:
    few, many = (calls_of(work(*fleet(tasks))) for tasks in (FEW, MANY))
    assert grows_too_fast(few, many) == {}
    assert few.total() > FEW, "something was counted"


def test_twice_the_tasks_are_twice_the_calls_to_validate_them(tmp_path: Path) -> None:
    def counted(tasks: int) -> Calls:
        path = tmp_path / f"{tasks}.yaml"
        path.write_text(spec_text(tasks), encoding="utf-8")
        return calls_of(lambda: load_spec(path))

    assert grows_too_fast(counted(FEW), counted(MANY)) == {}


def test_the_rights_of_a_task_are_computed_once_and_its_ids_parsed_a_few_times() -> None:
    spec, live = fleet(FEW)
    calls = calls_of(lambda: make_plan(spec, live))
    assert calls["rights"] == 0, "nobody asks for the rights of all tasks"
    assert calls["task_rights"] <= 3 * FEW, "a generator of two rights: begun once, resumed twice"
    assert calls["ArmId.__post_init__"] <= 4 * FEW


def test_a_fleet_that_is_as_it_shall_be_needs_nothing() -> None:
    assert make_plan(*fleet(FEW)).is_empty


def test_what_grows_with_the_square_is_seen() -> None:
    def squared(tasks: int) -> Calls:
        spec, _ = fleet(tasks)
        return calls_of(lambda: [spec.task_id(name) for name in spec.tasks for _ in spec.tasks])

    assert "Spec.task_id" in grows_too_fast(squared(20), squared(40))
