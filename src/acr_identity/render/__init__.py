"""Values to terminal text, HTML for notebooks, Markdown for pull requests, and JSON for programs.

All functions are pure. No output holds a secret value, whatever a name or a message holds: control characters are
shown as escapes, and markup as text. A name is loaded when it is first used: each command shows one kind of value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.loading import on_demand

if TYPE_CHECKING:
    from acr_identity.render.error import error_html, error_json, error_markdown, error_text
    from acr_identity.render.plan import plan_html, plan_json, plan_markdown, plan_text
    from acr_identity.render.report import reason_of_skip, report_html, report_json, report_markdown, report_text
    from acr_identity.render.run import run_html, run_json, run_markdown, run_text
    from acr_identity.render.show import task_html, task_json, task_markdown, task_text
    from acr_identity.render.titles import change_title
    from acr_identity.render.views import GrantView, IdentityView, RunView, TaskView

__all__ = [
    "GrantView",
    "IdentityView",
    "RunView",
    "TaskView",
    "change_title",
    "error_html",
    "error_json",
    "error_markdown",
    "error_text",
    "plan_html",
    "plan_json",
    "plan_markdown",
    "plan_text",
    "reason_of_skip",
    "report_html",
    "report_json",
    "report_markdown",
    "report_text",
    "run_html",
    "run_json",
    "run_markdown",
    "run_text",
    "task_html",
    "task_json",
    "task_markdown",
    "task_text",
]

__getattr__ = on_demand(
    __name__,
    {
        "error": ("error_html", "error_json", "error_markdown", "error_text"),
        "plan": ("plan_html", "plan_json", "plan_markdown", "plan_text"),
        "report": ("reason_of_skip", "report_html", "report_json", "report_markdown", "report_text"),
        "run": ("run_html", "run_json", "run_markdown", "run_text"),
        "show": ("task_html", "task_json", "task_markdown", "task_text"),
        "titles": ("change_title",),
        "views": ("GrantView", "IdentityView", "RunView", "TaskView"),
    },
)
