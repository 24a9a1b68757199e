"""How each kind of result is written: whoever asks loads what writes that kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from acr_identity.cli.console import Rendering

if TYPE_CHECKING:
    from acr_identity.execute import Report
    from acr_identity.plan import Plan
    from acr_identity.render import RunView, TaskView


def of_plan() -> Rendering[Plan]:
    """Return how a plan is written."""
    from acr_identity.render.plan import plan_json, plan_markdown, plan_text

    return Rendering(plan_text, plan_json, plan_markdown)


def of_report() -> Rendering[Report]:
    """Return how a report is written."""
    from acr_identity.render.report import report_json, report_markdown, report_text

    return Rendering(report_text, report_json, report_markdown)


def of_run() -> Rendering[RunView]:
    """Return how a run is written."""
    from acr_identity.render.run import run_json, run_markdown, run_text

    return Rendering(run_text, run_json, run_markdown)


def of_task() -> Rendering[TaskView]:
    """Return how a task is written."""
    from acr_identity.render.show import task_json, task_markdown, task_text

    return Rendering(task_text, task_json, task_markdown)


def work_json(kind: str, plan: Plan, report: Report) -> str:
    """Return one JSON document of a plan and what became of it: `version`, `kind`, `plan` and `report`."""
    from acr_identity.render.to_json import to_json

    parts = {"plan": of_plan().json(plan), "report": of_report().json(report)}
    return to_json(kind, {name: json.loads(part) for name, part in parts.items()})
