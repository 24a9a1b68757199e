"""Secrets that are known, taken out of the texts that a plan shows."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from acr_identity.changes import FieldChange, ReplaceTask, UpdateTask
from acr_identity.errors import SpecError
from acr_identity.secrecy import LEFT_OUT, SECRET, redacted
from acr_identity.spec.environment import sources_in

if TYPE_CHECKING:
    from acr_identity.plan.values import Plan, PlannedChange
    from acr_identity.secrecy import Secret
    from acr_identity.spec import Spec
    from acr_identity.spec.sources import FromEnvironment
    from acr_identity.state import Live

SHORTEST = 6
"""How many characters a secret must have to be looked for: of a shorter one, a text can hold every guess, and what is
masked would tell the right one."""
_SHORTEST_LINE = 8


@dataclass(frozen=True, slots=True)
class Mask:
    """Forms of secrets, by their first characters, so that a text is looked through once, however many there are."""

    by_beginning: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Self:
        """Return what masks these secrets in each form in which a task file or a command can hold them."""
        found: dict[str, set[str]] = {}
        for form in {form for secret in set(secrets) for form in _forms(secret)}:
            found.setdefault(form[:SHORTEST], set()).add(form)
        return cls({beginning: frozenset(forms) for beginning, forms in found.items()})

    def masked(self, text: str) -> str:
        """Return a text without these secrets, and without those that addresses hold."""
        beginnings = {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
        forms = (form for beginning in beginnings & self.by_beginning.keys() for form in self.by_beginning[beginning])
        spans = sorted(span for form in forms for span in _spans(text, form))
        return redacted(_without(text, spans))


def masked_plan(plan: Plan, specs: tuple[Spec, ...], live: Live) -> Plan:
    """Return a plan of which no text shows a secret of these specs, or one that Azure shows."""
    if not any(field.is_text for change in plan.changes for field in change.differences):
        return plan
    given = (secret for source in sources_in(specs) for secret in _values_of(source))
    there = ((task.settings, *task.logins.values()) for task in live.tasks.values())
    mask = Mask.of(_texts_of((*given, *there)))
    return replace(plan, steps=tuple(_masked_step(step, mask) for step in plan.steps))


def _masked_step(step: PlannedChange, mask: Mask) -> PlannedChange:
    match step.change:
        case UpdateTask() | ReplaceTask() as change if any(field.is_text for field in change.fields):
            fields_ = tuple(_masked(field, mask) for field in change.fields)
            return replace(step, change=replace(change, fields=fields_))
        case _:
            return step


def _masked(field: FieldChange, mask: Mask) -> FieldChange:
    if not field.is_text:
        return field
    return replace(field, before=mask.masked(field.before), after=mask.masked(field.after))


def _values_of(source: FromEnvironment) -> Iterator[Secret]:
    # For tasks that are not planned, no variable need have been read.
    with suppress(SpecError):
        yield source.value


def _texts_of(value: object) -> Iterator[str]:
    """Yield each secret that a value holds, whatever it is made of."""
    match value:
        case SecretStr() if value is not LEFT_OUT:
            yield value.get_secret_value()
        case tuple():
            for entry in value:
                yield from _texts_of(entry)
        case _ if is_dataclass(value):
            for part in fields(value):
                yield from _texts_of(getattr(value, part.name))
        case _:
            pass


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as it is, as YAML, JSON, addresses and base64 write it, and its lines."""
    lines = [line.strip() for line in secret.splitlines()]
    plain = (secret, *(line for line in lines if len(line) >= _SHORTEST_LINE))
    for text in plain:
        content = text.encode(errors="surrogatepass")
        escaped = (json.dumps(text, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False))
        written = (text, text.replace("'", "''"), *escaped, quote(content, safe=""), quote_plus(content))
        yield from (form for form in written if len(form) >= SHORTEST)
        if len(content) >= SHORTEST:
            yield from _in_base64(content)


def _in_base64(content: bytes) -> Iterator[str]:
    """Yield what is in the base64 of every text with this content, wherever in the text it begins."""
    for skipped in range(3):
        filled = bytes(skipped) + content
        begin = -(-skipped * 4 // 3)
        form = base64.b64encode(filled).decode()[begin : len(filled) * 8 // 6]
        if len(form) >= SHORTEST:
            yield form
            yield form.translate(str.maketrans("+/", "-_"))


def _spans(text: str, form: str) -> Iterator[tuple[int, int]]:
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + 1)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    merged: list[tuple[int, int]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    for begin, end in merged:
        parts += [text[done:begin], SECRET]
        done = end
    return "".join((*parts, text[done:]))
