"""Every output of every value, by the name of the file in `expected` that holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from acr_identity.render import (
    error_html,
    error_json,
    error_markdown,
    error_text,
    plan_html,
    plan_json,
    plan_markdown,
    plan_text,
    report_html,
    report_json,
    report_markdown,
    report_text,
    run_html,
    run_json,
    run_markdown,
    run_text,
    task_html,
    task_json,
    task_markdown,
    task_text,
)
from render import samples

Show: TypeAlias = Callable[[str, str], str]
"""From a text in every place that users name, and a secret, to an output."""


def texts(*, color: bool) -> Mapping[str, Show]:
    """Return the outputs for a terminal."""
    return {
        "plan.txt": lambda text, secret: plan_text(samples.plan(text, secret), color=color),
        "report.txt": lambda text, secret: report_text(samples.report(text, secret), color=color),
        "run.txt": lambda text, _secret: run_text(samples.run(text), color=color),
        "failed-run.txt": lambda text, _secret: run_text(samples.failed_run(text), color=color),
        "task.txt": lambda text, secret: task_text(samples.task(text, secret), color=color),
        "spec-error.txt": lambda text, _secret: error_text(samples.spec_error(text), color=color),
        "azure-error.txt": lambda text, _secret: error_text(samples.azure_error(text), color=color),
    }


FRAGMENTS: Mapping[str, Show] = {
    "plan.html": lambda text, secret: plan_html(samples.plan(text, secret)),
    "report.html": lambda text, secret: report_html(samples.report(text, secret)),
    "run.html": lambda text, _secret: run_html(samples.run(text)),
    "failed-run.html": lambda text, _secret: run_html(samples.failed_run(text)),
    "task.html": lambda text, secret: task_html(samples.task(text, secret)),
    "spec-error.html": lambda text, _secret: error_html(samples.spec_error(text)),
    "azure-error.html": lambda text, _secret: error_html(samples.azure_error(text)),
}
COMMENTS: Mapping[str, Show] = {
    "plan.md": lambda text, secret: plan_markdown(samples.plan(text, secret)),
    "report.md": lambda text, secret: report_markdown(samples.report(text, secret)),
    "run.md": lambda text, _secret: run_markdown(samples.run(text)),
    "failed-run.md": lambda text, _secret: run_markdown(samples.failed_run(text)),
    "task.md": lambda text, secret: task_markdown(samples.task(text, secret)),
    "spec-error.md": lambda text, _secret: error_markdown(samples.spec_error(text)),
    "azure-error.md": lambda text, _secret: error_markdown(samples.azure_error(text)),
}
DATA: Mapping[str, Show] = {
    "plan.json": lambda text, secret: plan_json(samples.plan(text, secret)),
    "report.json": lambda text, secret: report_json(samples.report(text, secret)),
    "run.json": lambda text, _secret: run_json(samples.run(text)),
    "failed-run.json": lambda text, _secret: run_json(samples.failed_run(text)),
    "task.json": lambda text, secret: task_json(samples.task(text, secret)),
    "spec-error.json": lambda text, _secret: error_json(samples.spec_error(text)),
    "azure-error.json": lambda text, _secret: error_json(samples.azure_error(text)),
}
PLAIN = texts(color=False)
COLOURED = {f"coloured {name}": show for name, show in texts(color=True).items()}
