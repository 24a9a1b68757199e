"""What became of a plan, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

from acr_identity.errors import NotAuthorisedError
from acr_identity.execute.report import Done, Failed, Outcome, Report, Skipped
from acr_identity.render.changes import change_data
from acr_identity.render.document import Column, Document, Mark, Row, Sentences, Table, Tone
from acr_identity.render.error import azure_lines, error_data
from acr_identity.render.escape import sentence
from acr_identity.render.plan import NOTHING_TO_DO
from acr_identity.render.titles import change_title
from acr_identity.render.to_html import to_html
from acr_identity.render.to_json import to_json
from acr_identity.render.to_markdown import to_markdown
from acr_identity.render.to_text import to_text
from acr_identity.render.words import duration

if TYPE_CHECKING:
    from acr_identity.render.to_json import Json

_DONE = Mark("done", Tone.GOOD)
_FAILED = Mark("failed", Tone.BAD)
_SKIPPED = Mark("skipped", Tone.IDLE)
_MARKS = (_DONE, _FAILED, _SKIPPED)
_AGAIN = "Run the same command again: it goes on where it stopped."
_RIGHTS_FIRST = "Get the rights that are missing, then run the same command again: it goes on where it stopped."


def report_text(report: Report, *, color: bool = False, width: int = 100) -> str:
    """Return a report as lines for a terminal: what became of each change, then the summary and what to do next."""
    return to_text(_document(report), color=color, width=width)


def report_html(report: Report) -> str:
    """Return a report as a fragment of HTML for a notebook."""
    return to_html(_document(report))


def report_markdown(report: Report) -> str:
    """Return a report as Markdown for a comment on a pull request."""
    return to_markdown(_document(report))


def report_json(report: Report) -> str:
    """Return a report as JSON.

    The keys are `version`, `kind` (`report`), `exit_code`, `complete`, `interrupted`, `summary` (how many are `done`,
    `failed` and `skipped`), `outcomes` and `notes`. An outcome has `result` and `change` (as `change_data` has it);
    a done one has `found` and `seconds`, a failed one `error` (as `error_data` has it) and `seconds`, a skipped one
    `blocked_by` (the key of the change that had to come first; null if the work was stopped).
    """
    return to_json(
        "report",
        {
            "exit_code": int(report.exit_code),
            "complete": report.is_complete,
            "interrupted": report.interrupted,
            "summary": {mark.word: count for mark, count in _counts(report).items()},
            "outcomes": [_outcome_data(outcome) for outcome in report.outcomes],
            "notes": list(report.notes),
        },
    )


def _document(report: Report) -> Document:
    rows = tuple(_row(outcome) for outcome in report.outcomes)
    return Document(
        _headline(report),
        (
            Table("Changes", "Change", (Column("Time", beside=" ({})"), Column("What happened")), rows, "Result"),
            Sentences("Note", tuple(map(sentence, report.notes))),
        ),
        _next(report),
        Tone.GOOD if report.is_complete and not report.interrupted else Tone.BAD,
        headline_last=True,
    )


def _headline(report: Report) -> str:
    if not report.outcomes:
        return "Interrupted before the first change" if report.interrupted else NOTHING_TO_DO
    counts = ", ".join(f"{count} {mark.word}" for mark, count in _counts(report).items())
    return f"Interrupted: {counts}" if report.interrupted else f"Report: {counts}"


def _counts(report: Report) -> Mapping[Mark, int]:
    marks = [_mark(outcome) for outcome in report.outcomes]
    return {mark: marks.count(mark) for mark in _MARKS}


def _mark(outcome: Outcome) -> Mark:
    match outcome:
        case Done():
            return _DONE
        case Failed():
            return _FAILED
        case Skipped():
            return _SKIPPED
        case _:
            assert_never(outcome)


def _next(report: Report) -> tuple[str, ...]:
    if report.is_complete and not report.interrupted:
        return ()
    refused = any(isinstance(failure.error, NotAuthorisedError) for failure in report.failures)
    return (_RIGHTS_FIRST if refused else _AGAIN,)


def _row(outcome: Outcome) -> Row:
    time = () if isinstance(outcome, Skipped) else (duration(outcome.seconds),)
    return Row(change_title(outcome.change), (time, _happened(outcome)), _mark(outcome))


def _happened(outcome: Outcome) -> tuple[str, ...]:
    match outcome:
        case Done(found=found):
            return ("it was there already",) if found else ()
        case Failed(error=error):
            advice = (f"advice: {sentence(error.advice)}",) if error.advice else ()
            return (f"error: {sentence(error.message)}", *azure_lines(error), *advice)
        case Skipped():
            return (reason_of_skip(outcome),)
        case _:
            assert_never(outcome)


def reason_of_skip(skipped: Skipped) -> str:
    """Return why a change was not tried, in one line."""
    if skipped.blocked_by is None:
        return "the work was stopped"
    return f"it needs this first: {change_title(skipped.blocked_by)}"


def _outcome_data(outcome: Outcome) -> Json:
    shared: dict[str, Json] = {"result": _mark(outcome).word, "change": change_data(outcome.change)}
    match outcome:
        case Done(found=found, seconds=seconds):
            return {**shared, "found": found, "seconds": round(seconds, 3)}
        case Failed(error=error, seconds=seconds):
            return {**shared, "error": error_data(error), "seconds": round(seconds, 3)}
        case Skipped(blocked_by=blocked_by):
            return {**shared, "blocked_by": blocked_by.key if blocked_by else None}
        case _:
            assert_never(outcome)
