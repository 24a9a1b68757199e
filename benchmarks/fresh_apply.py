"""How long a whole process takes that makes a fresh task: ours, a plain script of the SDK, and the Azure CLI.

`python -m benchmarks.fresh_apply [RUNS]`. All are measured in turn, in one run, against one served emulator. The least
of the runs counts: on a shared machine the others say more about the neighbours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.served import Cloud, serving

_EXAMPLE = Path(__file__).parents[1] / "examples" / "cross-registry"
_FOLDER = Path(__file__).parent
_SCRIPT = _FOLDER / "sequential.py"
_LATENCIES = (0.0, 0.05, 0.2)
_RUNS = 7


@dataclass(frozen=True)
class Taken:
    """What a process and its children took, in seconds."""

    wall: float
    cpu: float


def main(runs: int = _RUNS) -> None:
    """Measure, and print the table."""
    az = os.environ.get("ACR_IDENTITY_AZ") or shutil.which("az")
    print("| latency | ours | script | script : ours | az | az : ours | CPU ours | CPU script |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for latency in _LATENCIES:
            with serving(Path(folder, f"{latency}"), _EXAMPLE / "world.yaml", latency) as cloud:
                print(_row(latency, cloud, runs, az), flush=True)


def _row(latency: float, cloud: Cloud, runs: int, az: str | None) -> str:
    ours, script = _in_turn(cloud, runs, _ours, _script)
    by_az = _by_az(cloud, az) if az else None
    cells = [
        f"{1000 * latency:.0f} ms",
        f"{ours.wall:.2f} s",
        f"{script.wall:.2f} s",
        f"{script.wall / ours.wall:.2f}",
        f"{by_az:.2f} s" if by_az else "-",
        f"{by_az / ours.wall:.1f}" if by_az else "-",
        f"{ours.cpu:.2f} s",
        f"{script.cpu:.2f} s",
    ]
    return f"| {' | '.join(cells)} |"


def _in_turn(cloud: Cloud, runs: int, *works: Callable[[Cloud], None]) -> list[Taken]:
    """Return the least that each work takes, where all of them are done by turns."""
    rounds = [[_fresh(cloud, work) for work in works] for _ in range(runs)]
    return [Taken(min(one.wall for one in taken), min(one.cpu for one in taken)) for taken in zip(*rounds, strict=True)]


def _fresh(cloud: Cloud, work: Callable[[Cloud], None]) -> Taken:
    cloud.reset()
    before, begin = os.times(), time.perf_counter()
    work(cloud)
    end, after = time.perf_counter(), os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Taken(end - begin, used)


def _ours(cloud: Cloud) -> None:
    _run((sys.executable, "-m", "acr_identity", "apply", str(_EXAMPLE / "spec.yaml"), "--yes"), cloud.environment)


def _script(cloud: Cloud) -> None:
    task_file = str(_EXAMPLE / "helloworldtask.yaml")
    _run((sys.executable, str(_SCRIPT), cloud.url, cloud.authorities, task_file), cloud.environment)


def _by_az(cloud: Cloud, az: str) -> float:
    """Return what the nine commands take, once signed in: one run, since each is a process and they even out."""
    environment = {**cloud.environment, "ACR_IDENTITY_AZ": az}
    _run(("/bin/sh", "-e", str(_FOLDER / "sign_in.sh")), environment)
    return _fresh(cloud, lambda _: _run(("/bin/sh", "-e", str(_FOLDER / "article.sh")), environment, _EXAMPLE)).wall


def _run(command: Sequence[str], environment: Mapping[str, str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
