"""How each kind of result is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from acr_identity import render
from acr_identity.cli.console import Rendering
from acr_identity.render.to_json import to_json

if TYPE_CHECKING:
    from acr_identity.execute import Report
    from acr_identity.plan import Plan
    from acr_identity.render import RunView, TaskView

PLAN: Rendering[Plan] = Rendering(render.plan_text, render.plan_json, render.plan_markdown)
REPORT: Rendering[Report] = Rendering(render.report_text, render.report_json, render.report_markdown)
RUN: Rendering[RunView] = Rendering(render.run_text, render.run_json, render.run_markdown)
TASK: Rendering[TaskView] = Rendering(render.task_text, render.task_json, render.task_markdown)


def work_json(kind: str, plan: Plan, report: Report) -> str:
    """Return one JSON document of a plan and what became of it: `version`, `kind`, `plan` and `report`."""
    return to_json(kind, {"plan": json.loads(render.plan_json(plan)), "report": json.loads(render.report_json(report))})
