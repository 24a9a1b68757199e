"""The results that users see: text in a terminal, HTML in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

from acr_identity import render
from acr_identity.execute import Report
from acr_identity.plan import Plan
from acr_identity.render import TaskView


@dataclass(frozen=True)
class ShownPlan(Plan):
    """A plan that shows itself."""

    def __str__(self) -> str:
        return render.plan_text(self)

    def _repr_html_(self) -> str:
        return render.plan_html(self)


@dataclass(frozen=True)
class ShownReport(Report):
    """A report that shows itself."""

    def __str__(self) -> str:
        return render.report_text(self)

    def _repr_html_(self) -> str:
        return render.report_html(self)


@dataclass(frozen=True)
class ShownTask(TaskView):
    """A task, its identities, grants and credentials as they are, that show themselves."""

    def __str__(self) -> str:
        return render.task_text(self)

    def _repr_html_(self) -> str:
        return render.task_html(self)
