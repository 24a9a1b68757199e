"""What plans and reports look like: registered once, when the facade is loaded."""

from __future__ import annotations

from acr_identity.display import html_of, text_of
from acr_identity.execute.report import Report
from acr_identity.plan.values import Plan
from acr_identity.render.plan import plan_html, plan_text
from acr_identity.render.report import report_html, report_text

text_of.register(Plan, plan_text)
html_of.register(Plan, plan_html)
text_of.register(Report, report_text)
html_of.register(Report, report_html)
