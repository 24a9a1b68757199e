"""What the results of a provisioner look like: registered once, when the facade is loaded."""

from __future__ import annotations

from acr_identity import render
from acr_identity.display import html_of, text_of
from acr_identity.execute.report import Report
from acr_identity.plan.values import Plan
from acr_identity.render import TaskView

text_of.register(Plan, render.plan_text)
html_of.register(Plan, render.plan_html)
text_of.register(Report, render.report_text)
html_of.register(Report, render.report_html)
text_of.register(TaskView, render.task_text)
html_of.register(TaskView, render.task_html)
