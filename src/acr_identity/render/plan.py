"""A plan for people and programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from acr_identity.changes import Action, Topic
from acr_identity.plan.removals import refusal_of_removals
from acr_identity.render.changes import change_data, change_details
from acr_identity.render.document import Column, Document, Row, Sentences, Table, Tone
from acr_identity.render.error import mistake_data
from acr_identity.render.escape import sentence
from acr_identity.render.titles import MARKS, change_title
from acr_identity.render.to_html import to_html
from acr_identity.render.to_json import to_json
from acr_identity.render.to_markdown import to_markdown
from acr_identity.render.to_text import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acr_identity.changes import Change
    from acr_identity.plan.values import NotCompared, Plan
    from acr_identity.render.to_json import Json

NOTHING_TO_DO = "Nothing to do: Azure has what the spec says."
_NOTHING_BUT_LEFTOVERS = "Nothing to change. What left the spec is still there."
_NOTHING_KNOWN = "No change is known: what is not set was not compared."
_NOTHING_LEFT = "Nothing to do: nothing is left of what `apply` made for these tasks."
_NOTHING_GOES = "Nothing to do: what is left of what `apply` made stays, as the notes say."
_COLUMNS = (Column("Why", "because "), Column("Details", aside=True))


def plan_text(plan: Plan, *, color: bool = False, width: int = 100) -> str:
    """Return a plan as lines for a terminal: what would be done, why, and with what; digest and summary come last."""
    return to_text(_document(plan), color=color, width=width)


def plan_html(plan: Plan) -> str:
    """Return a plan as a fragment of HTML for a notebook."""
    return to_html(_document(plan))


def plan_markdown(plan: Plan) -> str:
    """Return a plan as Markdown for a comment on a pull request; the details are folded away."""
    return to_markdown(_document(plan))


def plan_json(plan: Plan) -> str:
    """Return a plan as JSON.

    The keys are `version`, `kind` (`plan`), `purpose` (`apply` or `destroy`), `digest`, `summary` (how many to
    `create`, `change` and `remove`), `changes` (in the order of the plan: each as `change_data` has it, and `after`,
    the keys of the changes that come before it), `notes`, `not_compared` (fields whose wanted values are not set, each
    with `task`, `field`, `variable` and `state`), `unset` (the places of such variables in the spec, in the form of the
    `problems` of an error), `unsafe`, `owned`, `needs_max_removals` (what `max_removals` must be at least; null if it
    need not be said) and `leftover`.
    """
    counts = _counts(plan.changes)
    needs = len(plan.removals) if refusal_of_removals(plan) is not None else None
    return to_json(
        "plan",
        {
            "purpose": plan.purpose,
            "digest": plan.digest,
            "summary": {action.value: counts[action] for action in Action},
            "changes": [{**change_data(step.change), "after": list(step.after)} for step in plan.steps],
            "notes": list(plan.notes),
            "not_compared": [_not_compared(one) for one in plan.not_compared],
            "unset": [mistake_data(one) for one in plan.unset],
            "unsafe": list(plan.unsafe),
            "owned": plan.owned,
            "needs_max_removals": needs,
            "leftover": list(plan.leftover),
        },
    )


def _not_compared(one: NotCompared) -> Json:
    return {"task": one.task, "field": one.field, "variable": one.variable, "state": one.state}


def _document(plan: Plan) -> Document:
    return Document(
        _headline(plan),
        (
            *(_table(topic, plan.changes) for topic in Topic),
            Sentences("Note", tuple(map(sentence, plan.notes))),
            Sentences("Not compared", tuple(sentence(str(one)) for one in plan.not_compared)),
            Sentences("Needed to apply", tuple(sentence(str(one)) for one in plan.unset)),
            Sentences("Unsafe", tuple(map(sentence, plan.unsafe)), Tone.BAD),
            Sentences("Danger", tuple(_dangers(plan)), Tone.BAD),
            Sentences("Digest", () if plan.is_empty else (plan.digest,)),
        ),
        headline_last=True,
    )


def _dangers(plan: Plan) -> Iterator[str]:
    if refusal_of_removals(plan) is not None:
        count = len(plan.removals)
        of_all = f"{count} of {plan.owned}" if plan.owned else str(count)
        yield f"{of_all} things that were made here go: `apply` refuses that without --max-removals {count}"


def _headline(plan: Plan) -> str:
    if plan.is_empty and plan.leftover:
        return _NOTHING_BUT_LEFTOVERS
    if plan.is_empty and plan.unset:
        return _NOTHING_KNOWN
    if plan.is_empty and plan.purpose == "apply":
        return NOTHING_TO_DO
    if plan.is_empty:
        return _NOTHING_GOES if plan.notes else _NOTHING_LEFT
    counts = _counts(plan.changes)
    return "Plan: " + ", ".join(f"{counts[action]} to {action.value}" for action in Action)


def _counts(changes: Iterable[Change]) -> Counter[Action]:
    return Counter(change.action for change in changes)


def _table(topic: Topic, changes: Iterable[Change]) -> Table:
    rows = tuple(_row(change) for change in changes if change.kind.topic is topic)
    return Table(topic.value, "Change", _COLUMNS, rows)


def _row(change: Change) -> Row:
    reason = sentence(change.reason).removeprefix("because ")
    return Row(change_title(change), ((reason,) if reason else (), change_details(change)), MARKS[change.action])
