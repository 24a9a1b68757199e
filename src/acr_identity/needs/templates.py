"""The templates of a task file: what they become, as far as that is known before a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from acr_identity.needs.expressions import Surroundings, UnreadableError, evaluate, truth
from acr_identity.needs.traced import Traced
from acr_identity.spec.templates import ACTION

_BLOCKS = frozenset({"range", "with", "define", "template", "block", "break", "continue"})
_BLANK = " \t\r\n"
_VARIABLE = re.compile(r"\$")
_DASHED = re.compile(r"\.Secrets\.[A-Za-z_]\w*-[\w-]*")


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """The runner refuses a template, or it is not read here.

    Args:
        offset: where it stands in the text.
        message: what is wrong, as a sentence.
        fix: what helps.
        is_refused: whether the runner refuses it, too.
    """

    offset: int
    message: str
    fix: str = ""
    is_refused: bool = True


@dataclass(frozen=True, slots=True)
class _Action:
    begin: int
    end: int
    text: str


@dataclass(slots=True)
class _Branch:
    """An `if` that is open: whether what stands in it counts now, and whether it may still count."""

    counts: bool
    may_count: bool
    outer: bool

    @property
    def is_hidden(self) -> bool:
        """Say whether what stands in it is left out, because of it or of one that it stands in."""
        return not (self.counts and self.outer)


def render(text: Traced, surroundings: Surroundings) -> Traced | TemplateFault:
    """Return the text with each template replaced by its value, which is a hole where it is not known."""
    actions: list[_Action] = []
    for action in _actions(text.text):
        if isinstance(action, TemplateFault):
            return action
        actions.append(action)
    changes: list[tuple[int, int, str]] = []
    branches: list[_Branch] = []
    hidden_from = 0
    for action in actions:
        hidden = bool(branches) and branches[-1].is_hidden
        change = _taken(action, branches, surroundings, is_hidden=hidden)
        if isinstance(change, TemplateFault):
            return change
        now_hidden = bool(branches) and branches[-1].is_hidden
        begin = hidden_from if hidden else action.begin
        if now_hidden:
            hidden_from = begin
        else:
            changes.append((begin, action.end, "" if hidden else change))
    if branches:
        return TemplateFault(len(text.text), "A template `{{if …}}` has no `{{end}}`.", "Add it.")
    return text.replaced(changes)


def _actions(text: str) -> Iterator[_Action | TemplateFault]:
    done = 0
    begin = text.find("{{")
    while begin >= 0:
        found = ACTION.match(text, begin)
        if found is None:
            yield TemplateFault(begin, "A template is not closed.", "End it with two braces: }}.")
            return
        end, inner = found.end(), text[begin + 2 : found.end() - 2]
        if inner[:1] == "-" and inner[1:2].isspace():
            inner = inner[1:]
            while begin > done and text[begin - 1] in _BLANK:
                begin -= 1
        if inner[-1:] == "-" and inner[-2:-1].isspace():
            inner = inner[:-1]
            while end < len(text) and text[end] in _BLANK:
                end += 1
        yield _Action(begin, end, inner.strip())
        done = end
        begin = text.find("{{", end)


def _taken(
    action: _Action, branches: list[_Branch], surroundings: Surroundings, *, is_hidden: bool
) -> str | TemplateFault:
    word, _, rest = action.text.partition(" ")
    if word in _BLOCKS or (_VARIABLE.search(action.text) and not action.text.startswith("/*")):
        what = f"`{word}`" if word in _BLOCKS else "variables"
        return TemplateFault(action.begin, f"Templates with {what} are not read here.", is_refused=False)
    if word in {"if", "else", "end"}:
        return _turned(action, word, rest.strip(), branches, surroundings)
    if is_hidden or action.text.startswith("/*"):
        return ""
    return _value(action, surroundings)


def _value(action: _Action, surroundings: Surroundings) -> str | TemplateFault:
    if dashed := _DASHED.search(action.text):
        name = dashed[0].removeprefix(".Secrets.")
        message = f"The template `{dashed[0]}` has a dash, and a run cannot read it."
        return TemplateFault(action.begin, message, f'Write {{{{index .Secrets "{name}"}}}}.')
    try:
        return evaluate(action.text, surroundings)
    except UnreadableError:
        return surroundings.holes.of("its template is not read here")


def _turned(
    action: _Action, word: str, condition: str, branches: list[_Branch], surroundings: Surroundings
) -> str | TemplateFault:
    if word != "if" and not branches:
        return TemplateFault(
            action.begin, f"A template `{{{{{word}}}}}` has no `{{{{if …}}}}` before it.", "Take it out."
        )
    if word == "end":
        branches.pop()
        return ""
    if word == "if":
        branches.append(_Branch(counts=False, may_count=True, outer=not branches or not branches[-1].is_hidden))
    branch = branches[-1]
    holds: bool | None = True
    if word == "if" or condition:
        holds = _holds(condition.removeprefix("if").strip() if word == "else" else condition, surroundings)
    if holds is None and branch.may_count and branch.outer:
        message = "A template decides by something that is not known before the run."
        return TemplateFault(action.begin, message, is_refused=False)
    branch.counts = branch.may_count and holds is True
    branch.may_count = branch.may_count and not branch.counts
    return ""


def _holds(condition: str, surroundings: Surroundings) -> bool | None:
    try:
        return truth(evaluate(condition, surroundings))
    except UnreadableError:
        return None
