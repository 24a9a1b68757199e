"""Plans in fresh processes whose threads are switched as often as can be: each must give the right answer.

`nox -s race` runs it for 200 processes, `nox -s race -- 20` for 20. What several threads load or make at their first
request shows here, if anywhere. Each process plans 24 tasks with 16 readers, in one of three ways: as the command, in
Python with two provisioners in two threads, and signed in to a served emulator with `DefaultAzureCredential`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from acr_identity import Provisioner, Spec, World, dump_spec
from acr_identity.testing.served import serving

TASKS = 24
READERS = 16
AT_ONCE = 2
WORLD = World(resource_groups={"rg": {}}, registries={"myregistry": {}, "baseregistry": {}})
RIGHT = "Nothing to do: Azure has what the spec says."
_HASTE = "import sys; sys.setswitchinterval(1e-6)\n"
_COMMAND = f"""{_HASTE}
from acr_identity.cli import main
sys.exit(main(["plan", sys.argv[1], "--emulator", "--state", sys.argv[2], "--concurrency", "{READERS}"]))
"""
_TWO_IN_PYTHON = f"""{_HASTE}
import json, threading
from pathlib import Path
import acr_identity

def plan():
    emulator = acr_identity.Emulator()
    emulator.restore(json.loads(Path(sys.argv[2]).read_text()))
    together.wait()
    with acr_identity.Provisioner.emulated(emulator, concurrency={READERS}) as provisioner:
        plans.append(str(provisioner.plan(sys.argv[1])))

plans, together = [], threading.Barrier(2)
threads = [threading.Thread(target=plan) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*set(plans) if len(plans) == 2 else "a plan is missing")
"""
_SIGNED_IN = f"""{_HASTE}
import acr_identity
with acr_identity.Provisioner(concurrency={READERS}) as provisioner:
    print(provisioner.plan(sys.argv[1]))
"""


@dataclass(frozen=True)
class Way:
    """A way to plan: a program, the file of the state that it takes, and its environment."""

    program: str
    state: Path
    environment: Mapping[str, str]


def spec() -> Spec:
    """Return a spec with each kind of step, trigger and credential."""
    kinds = (
        {"command": "bash date", "triggers": {"timers": ["0 21 * * *"], "base_image": "runtime"}},
        {"git": {"context": "https://github.com/a/b.git", "file": "acb.yaml"}, "values": {"a": "b"}},
        {"docker": {"context": "https://github.com/a/b.git", "images": "a:1", "arguments": {"N": "1"}}},
    )
    tasks = {
        f"task-{number:02}": {
            "registry": "myregistry",
            "identity": "system" if number % 2 else "shared",
            "pull": ["baseregistry"],
            **kinds[number % len(kinds)],
        }
        for number in range(TASKS)
    }
    return Spec.model_validate(
        {
            "subscription": WORLD.subscription,
            "resource_group": "rg",
            "location": "eastus",
            "registries": {"myregistry": {}, "baseregistry": {}},
            "identities": {"shared": {}},
            "tasks": tasks,
        }
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan in so many processes, and print how many gave a wrong answer, and which."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("processes", type=int, nargs="?", default=200)
    number: int = parser.parse_args(arguments).processes
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as served, ThreadPoolExecutor(AT_ONCE) as pool:
        folder = Path(name)
        snapshot = _prepare(folder)
        served.emulator.restore(json.loads(snapshot.read_text()))
        signed_in = {**os.environ, **served.environment}
        given = {key: value for key, value in signed_in.items() if value is not None}
        ways = (
            Way(_COMMAND, folder / "state.json", os.environ),
            Way(_TWO_IN_PYTHON, snapshot, os.environ),
            Way(_SIGNED_IN, snapshot, given),
        )
        answers = pool.map(lambda turn: _ask(ways[turn % len(ways)], folder, turn), range(number))
        wrong = [answer for answer in answers if answer != RIGHT]
    for answer in wrong:
        print(answer[-1000:])  # noqa: T201 - it is what it is for
    print(f"{number} processes, {len(wrong)} with a wrong answer")  # noqa: T201 - the same
    return 1 if wrong else 0


def _prepare(folder: Path) -> Path:
    """Write a spec and a state in which it was applied; return the file of what that holds."""
    wanted, snapshot = spec(), folder / "snapshot.json"
    with Provisioner.emulated(WORLD, state=folder / "state.json") as provisioner:
        report = provisioner.apply(provisioner.plan(wanted))
        if not report.is_complete:
            raise RuntimeError(str(report))
        snapshot.write_text(json.dumps(provisioner.emulator.snapshot()))
    (folder / "spec.yaml").write_text(dump_spec(wanted))
    return snapshot


def _ask(way: Way, folder: Path, turn: int) -> str:
    # One process at a time may have a state.
    state = folder / f"state-{turn}.json"
    state.write_bytes(way.state.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", way.program, str(folder / "spec.yaml"), str(state)],
        env=way.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    state.unlink()
    return done.stdout.strip() if done.returncode == 0 else f"exit {done.returncode}: {done.stdout}{done.stderr}"


if __name__ == "__main__":
    sys.exit(main())
