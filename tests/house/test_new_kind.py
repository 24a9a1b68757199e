"""A new kind of change touches the files that contributors are told of, and no others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from acr_identity.changes import Change

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "acr_identity"
EXAMPLE = ROOT / "examples" / "cross-registry"

CLASS = '''
@dataclass(frozen=True, slots=True)
class PaintTask(AnyChange):
    """Give a task a colour; `tags` are all that it will have."""

    kind: ClassVar = Kind("paint_task", Action.CHANGE, Topic.TASKS, rank=29)

    id: ArmId
    tags: Tags
    reason: str

    @property
    def key(self) -> str:
        return f"paint task {self.id}"

    @property
    def title(self) -> str:
        return f"paint task {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)


TaskChange: TypeAlias = PaintTask | '''

PLANNED = """    if task is not None and ("colour", "blue") not in task.tags:
        paint = PaintTask(task.id, (*task.tags, ("colour", "blue")), "it has no colour")
        return Part((paint,))
    return Part("""

SHOWN = """        case PaintTask():
            return _Content((_id(change),), {"tags": tags_data(change.tags)})
        case DeleteTask():"""

SENT = """            case PaintTask():
                self._patch(Call("paint task", str(change.id)), TaskUpdateParameters(tags=dict(change.tags)))
            case DeleteTask():"""

IMPORTED = ("    EnableTask,\n", "    EnableTask,\n    PaintTask,\n")

EDITS = {
    "changes/tasks.py": [("\nTaskChange: TypeAlias = ", CLASS)],
    "changes/__init__.py": [IMPORTED],
    "plan/tasks.py": [IMPORTED, ("    return Part(", PLANNED)],
    "render/changes.py": [IMPORTED, ("        case DeleteTask():", SHOWN)],
    "sdk/writes.py": [IMPORTED, ("            case DeleteTask():", SENT)],
}

USED = """
import json, sys
from acr_identity import Provisioner
from acr_identity.render import plan_json, plan_text
world, spec = sys.argv[1:]
with Provisioner.emulated(world) as provisioner:
    provisioner.apply(provisioner.plan(spec))
    plan = provisioner.plan(spec)
    shown = plan_text(plan), json.loads(plan_json(plan))["changes"]
    outcomes = [type(one).__name__ for one in provisioner.apply(plan).outcomes]
    print(json.dumps([*shown, outcomes, provisioner.plan(spec).is_empty]))
"""


def planted(folder: Path) -> Path:
    """Return a copy of the package that knows one more kind."""
    package = folder / "acr_identity"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, replacements in EDITS.items():
        text = (package / name).read_text(encoding="utf-8")
        for before, after in replacements:
            assert before in text, f"{name} has no {before!r}"
            text = text.replace(before, after, 1)
        (package / name).write_text(text, encoding="utf-8")
    return package


def test_a_new_kind_that_is_planted_in_five_files_is_planned_shown_made_and_reported(tmp_path: Path) -> None:
    code = [sys.executable, "-c", USED, str(EXAMPLE / "world.yaml"), str(EXAMPLE / "spec.yaml")]
    planted(tmp_path)
    ended = subprocess.run(code, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    text, (change,), outcomes, ends_empty = json.loads(ended.stdout)
    assert "~ paint task helloworldtask\n" in text
    assert (change["kind"], change["action"]) == ("paint_task", "change")
    assert change["details"]["tags"]["colour"] == "blue"
    assert (outcomes, ends_empty) == (["Done"], True)


def test_these_are_the_files_that_contributors_are_told_of() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page.split("<!-- files: change -->")[1].split("<!-- end -->")[0]
    assert re.findall(r"^\| `src/acr_identity/([^`]+)`", table, re.MULTILINE) == list(EDITS)


@pytest.mark.parametrize("kind", [kind for family in get_args(Change) for kind in get_args(family) or (family,)])
def test_what_is_to_be_ordered_grouped_executed_or_titled_knows_no_kind_by_name(kind: type) -> None:
    free = [
        SOURCE / "plan" / "order.py",
        SOURCE / "render" / "titles.py",
        SOURCE / "gateway.py",
        *(SOURCE / "observe").glob("*.py"),
    ]
    free += (SOURCE / "execute").glob("*.py")
    assert [path for path in free if re.search(rf"\b{kind.__name__}\b", path.read_text(encoding="utf-8"))] == []
