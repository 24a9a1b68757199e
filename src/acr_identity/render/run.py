"""The result of a run for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.render.document import Document, Facts, Tone
from acr_identity.render.escape import sentence
from acr_identity.render.state_data import run_data
from acr_identity.render.to_html import to_html
from acr_identity.render.to_json import to_json
from acr_identity.render.to_markdown import to_markdown
from acr_identity.render.to_text import to_text
from acr_identity.render.words import duration

if TYPE_CHECKING:
    from acr_identity.render.views import RunView


def run_text(view: RunView, *, color: bool = False, width: int = 100) -> str:
    """Return the result of a run as lines for a terminal: the images that it pushed with their digests, or why not."""
    return to_text(_document(view), color=color, width=width)


def run_html(view: RunView) -> str:
    """Return the result of a run as a fragment of HTML for a notebook."""
    return to_html(_document(view))


def run_markdown(view: RunView) -> str:
    """Return the result of a run as Markdown for a comment on a pull request."""
    return to_markdown(_document(view))


def run_json(view: RunView) -> str:
    """Return the result of a run as JSON.

    The keys are `version`, `kind` (`run`), `run_id`, `task`, `registry` (the id of the one that ran it), `status`,
    `error`, `images` (each `registry`, `repository`, `tag`, `digest` and, put together, `reference`), `logged_in`
    (login servers), `succeeded`, `seconds` and `reason` (the line of the log that says why it failed, or `null`).
    """
    return to_json(
        "run",
        {
            **run_data(view.run),
            "succeeded": view.has_succeeded,
            "seconds": round(view.seconds, 3),
            "reason": view.reason or None,
        },
    )


def _document(view: RunView) -> Document:
    run = view.run
    pairs = (
        ("Reason", (sentence(view.reason),) if view.reason else ()),
        ("Error", (sentence(run.error),) if run.error else ()),
        ("Pushed images", tuple(map(str, run.images)) or (("none",) if run.is_final else ())),
        ("Logged in to", run.logged_in),
        ("Registry", (run.registry.name,)),
    )
    of_task = f" of task {run.task}" if run.task else ""
    time = f" after {duration(view.seconds)}" if view.seconds else ""
    return Document(
        f"Run {run.run_id}{of_task}: {run.status}{time}",
        (Facts("Result", tuple(filter(lambda pair: pair[1], pairs))),),
        tone=_tone(view),
    )


def _tone(view: RunView) -> Tone:
    if view.has_succeeded:
        return Tone.GOOD
    return Tone.BAD if view.run.is_final else Tone.IDLE
