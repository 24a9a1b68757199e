"""An error for people and programs: what is wrong, where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.errors import (
    AzureError,
    MissingResourceError,
    RunError,
    SpecError,
    StalePlanError,
    TaskMissingError,
    TooManyRemovalsError,
    UnsafePlanError,
)
from acr_identity.render.document import Block, Column, Document, Facts, Row, Sentences, Table, Tone
from acr_identity.render.escape import sentence
from acr_identity.render.to_html import to_html
from acr_identity.render.to_json import to_json
from acr_identity.render.to_markdown import to_markdown
from acr_identity.render.to_text import to_text
from acr_identity.render.words import number_of

if TYPE_CHECKING:
    from acr_identity.errors import AcrIdentityError, PlacedMistake
    from acr_identity.render.to_json import Json


def error_text(error: AcrIdentityError, *, color: bool = False, width: int = 100) -> str:
    """Return an error as lines for a terminal; a mistake in a spec begins with `file:line:column`."""
    return to_text(_document(error), color=color, width=width)


def error_html(error: AcrIdentityError) -> str:
    """Return an error as a fragment of HTML for a notebook."""
    return to_html(_document(error))


def error_markdown(error: AcrIdentityError) -> str:
    """Return an error as Markdown for a comment on a pull request."""
    return to_markdown(_document(error))


def error_json(error: AcrIdentityError) -> str:
    """Return an error as JSON: `version`, `kind` (`error`), and `error` as `error_data` has it."""
    return to_json("error", {"error": error_data(error)})


def error_data(error: AcrIdentityError) -> dict[str, Json]:
    """Return an error as data.

    The keys are `type` (the name of the class), `message`, `advice`, `exit_code`, and the fields that its class adds:
    `problems` of a spec, `problems` and `resources` of what is missing, `reasons` of an unsafe plan, `removals`,
    `owned` and `allowed` of one that removes too much, `task`, `run_id`, `status`, `reason`, `operation`, `resource`,
    `code`, `request_id`.
    """
    return {
        "type": type(error).__name__,
        "message": error.message,
        "advice": error.advice,
        "exit_code": int(error.exit_code),
        **_own_fields(error),
    }


def azure_lines(error: AcrIdentityError) -> tuple[str, ...]:
    """Return the code of an error and the ids to ask about it, one line for each that is known."""
    return tuple(f"{label.lower()}: {value}" for label, value in _azure_pairs(error))


def _azure_pairs(error: AcrIdentityError) -> tuple[tuple[str, str], ...]:
    if not isinstance(error, AzureError):
        return ()
    named = (
        ("Code", f"{error.code} (HTTP {error.status})" if error.status and error.code else error.code),
        ("Operation", error.operation),
        ("Resource", error.resource),
        ("Request id", error.request_id),
    )
    return tuple((label, value) for label, value in named if value)


def _document(error: AcrIdentityError) -> Document:
    code = error.exit_code
    advice = sentence(error.advice)
    return Document(
        _headline(error),
        (
            *_places(error),
            Facts("What Azure was asked", tuple((label, (value,)) for label, value in _azure_pairs(error))),
            Sentences("Advice", (advice,) if advice else ()),
        ),
        (f"Exit code {int(code)}: {code.meaning}",),
        Tone.BAD,
    )


def _headline(error: AcrIdentityError) -> str:
    match error:
        case SpecError(problems=problems):
            return f"Error: {number_of(len(problems), 'mistake')} in the spec"
        case StalePlanError():
            return "Error: the plan that was looked at is not applied"
        case MissingResourceError(problems=(_, *_)):
            return "Error: what the spec names is not there"
        case UnsafePlanError():
            return "Error: the plan is refused as unsafe"
        case _:
            return f"Error: {sentence(error.message)}"


def _places(error: AcrIdentityError) -> tuple[Block, ...]:
    match error:
        case SpecError(problems=problems) | MissingResourceError(problems=(_, *_) as problems):
            columns = (Column("Mistake", beside=": {}"), Column("Fix"))
            return (Table("Mistakes", "Place", columns, tuple(map(_mistake_row, problems))),)
        case StalePlanError(reasons=reasons):
            return (Sentences("Because", tuple(map(sentence, reasons)), Tone.BAD),)
        case UnsafePlanError(reasons=reasons):
            return (Sentences("Unsafe", tuple(map(sentence, reasons)), Tone.BAD),)
        case _:
            return ()


def _mistake_row(mistake: PlacedMistake) -> Row:
    return Row(mistake.place, ((sentence(mistake.message),), (sentence(mistake.fix),) if mistake.fix else ()))


def _own_fields(error: AcrIdentityError) -> dict[str, Json]:
    match error:
        case SpecError(problems=problems) | MissingResourceError(problems=problems):
            missing: dict[str, Json] = {}
            if isinstance(error, MissingResourceError):
                missing["resources"] = list(error.resources)
            return {"problems": [mistake_data(mistake) for mistake in problems], **missing}
        case UnsafePlanError():
            return _unsafe_data(error)
        case TaskMissingError(task=task):
            return {"task": task}
        case RunError(run_id=run_id, status=status, reason=reason):
            return {"run_id": run_id, "status": status, "reason": reason}
        case AzureError():
            return {
                "operation": error.operation,
                "resource": error.resource,
                "status": error.status,
                "code": error.code,
                "request_id": error.request_id,
            }
        case _:
            return {}


def _unsafe_data(error: UnsafePlanError) -> dict[str, Json]:
    reasons: dict[str, Json] = {"reasons": list(error.reasons)}
    if not isinstance(error, TooManyRemovalsError):
        return reasons
    return {**reasons, "removals": list(error.removals), "owned": error.owned, "allowed": error.allowed}


def mistake_data(mistake: PlacedMistake) -> Json:
    """Return a mistake, or a warning, as data."""
    return {
        "place": mistake.place,
        "file": mistake.file,
        "line": mistake.line,
        "column": mistake.column,
        "path": list(mistake.path),
        "message": mistake.message,
        "fix": mistake.fix,
        "nearest": mistake.nearest,
        "code": mistake.code,
    }
