"""How much of a processor planning takes, for 300, 1,000 and 10,000 tasks.

`python -m benchmarks.planning [TASKS ...]`. Seconds of the processor, not of the clock, and the least of three runs: on
a shared machine the others say more about the neighbours.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from acr_identity.plan import make_destroy_plan, make_plan
from acr_identity.render import plan_json, plan_text
from acr_identity.spec import load_spec
from plan.fleets import fleet, spec_text

_TASKS = (300, 1000, 10_000)
_RUNS = 3


def main(sizes: tuple[int, ...] = _TASKS) -> None:
    """Measure, and print the table."""
    print("| tasks | validate | plan, nothing to do | plan, all to do | destroy | as text | as JSON |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for size in sizes:
        cells = [f"{seconds:.2f} s" for seconds in _measured(size)]
        print(f"| {' | '.join([f'{size:,}', *cells])} |")


def _measured(size: int) -> list[float]:
    spec, live = fleet(size)
    nothing = replace(live, tasks={}, identities={}, assignments=())
    all_to_do = make_plan(spec, nothing)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.yaml")
        path.write_text(spec_text(size), encoding="utf-8")
        return [
            _least(lambda: load_spec(path)),
            _least(lambda: make_plan(spec, live)),
            _least(lambda: make_plan(spec, nothing)),
            _least(lambda: make_destroy_plan(spec, live)),
            _least(lambda: plan_text(all_to_do, color=False, width=100)),
            _least(lambda: plan_json(all_to_do)),
        ]


def _least(work: Callable[[], object]) -> float:
    return min(_seconds(work) for _ in range(_RUNS))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or _TASKS)
