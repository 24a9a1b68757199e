"""The difference between the settings that a spec gives a task and those that it has.

Only what the spec says is compared: what the service adds, or others have set beside it, is no difference. How a field
is compared stands beside it, in `state`; here is what follows from that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import SecretStr

from acr_identity.changes import FieldChange
from acr_identity.secrecy import NotSet, Secret
from acr_identity.state import TaskSettings, UnknownClientId, Value
from acr_identity.state.comparison import Comparison, comparison_of, file_words

if TYPE_CHECKING:
    from dataclasses import Field

Leaf: TypeAlias = str | Secret | UnknownClientId | tuple[str, ...]

ABSENT = "(none)"
MASK = "(secret)"
_STEP = "step"
_STEPS = re.compile(r"""^[ \t{,]*["']?steps["']?[ \t]*:""", re.MULTILINE)
"""What every task file has, and hardly a file that holds credentials."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What must change for live settings to say what the desired ones say, `enabled` aside.

    Args:
        changes: each difference, sorted by its path, such as `timers[t1].schedule`.
        fields: the fields of `TaskSettings` in which they lie.
        by_patch: whether a PATCH can express them. Taking something out of a list it cannot, nor another kind of step,
            which always leaves something of the old one behind.
        states_values: whether the values of the step, or the arguments of its build, are among them.
        unset: what could not be compared because the environment has no value for it, by its path.
        unverifiable: the paths of secrets that the caller may not see: no difference, and nothing to be written.
        left: the paths of hidden values that the spec does not name: they stay, since to take one out is to write the
            rest.
    """

    changes: tuple[FieldChange, ...] = ()
    fields: frozenset[str] = frozenset()
    by_patch: bool = True
    states_values: bool = False
    unset: tuple[tuple[str, NotSet], ...] = ()
    unverifiable: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class _Verdict(Enum):
    CHANGED = "is another, or missing"
    GONE = "is there and must not be"
    UNSET = "cannot be compared, for what is wanted is not known"
    UNSEEN = "cannot be compared, for it is hidden"
    LEFT = "is hidden and not wanted"


@dataclass(frozen=True, slots=True)
class _Found:
    verdict: _Verdict
    path: str
    change: FieldChange | None = None
    unset: NotSet | None = None
    restated: bool = False
    """Whether it lies in a list that is written whole."""


def compare(
    desired: TaskSettings,
    live: TaskSettings,
    *,
    details_seen: bool,
    hidden: Collection[str] = (),
) -> Differences:
    """Compare what the desired settings say with what the live ones are.

    Args:
        desired: what the spec says.
        live: what Azure has.
        details_seen: whether secrets could be read.
        hidden: the paths of secrets that are there and were not shown.
    """
    look = _Look(frozenset(hidden), details_seen=details_seen)
    by_path = {one.path: one for one in look.at_parts("", replace(desired, enabled=None), live)}
    found = by_path.values()
    changes = sorted((one for one in found if one.change), key=_path_of)
    return Differences(
        tuple(one.change for one in changes if one.change),
        frozenset(field_of(one.path) for one in changes),
        by_patch=all(one.verdict is _Verdict.CHANGED for one in changes),
        states_values=any(one.restated for one in changes),
        unset=tuple((one.path, one.unset) for one in found if one.unset is not None),
        unverifiable=tuple(one.path for one in found if one.verdict is _Verdict.UNSEEN),
        left=tuple(one.path for one in found if one.verdict is _Verdict.LEFT),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """The walk over both values at once, along the fields of what is wanted."""

    hidden: frozenset[str]
    details_seen: bool

    def at_parts(self, path: str, want: object, have: object | None) -> Iterator[_Found]:
        """Compare the fields of two dataclasses, which may be of different kinds if they are steps."""
        other_kind = path == _STEP and type(want) is not type(have)
        if other_kind:
            before = ABSENT if have is None else type(have).__name__
            change = FieldChange(f"{path}.type", before, type(want).__name__)
            yield _Found(_Verdict.CHANGED, change.path, change)
            yield from self._lost_with(path, want, have)
        for part in _parts(want):
            wanted, there = getattr(want, part.name), getattr(have, part.name, None)
            if wanted is not None:
                rule = comparison_of(part)
                beside = rule.belongs_to
                anew = other_kind or bool(beside and getattr(want, beside) != getattr(have, beside, None))
                yield from self._at(_join(path, part.name), rule, wanted, there, anew=anew)

    def _at(self, path: str, rule: Comparison, want: object, have: object | None, *, anew: bool) -> Iterator[_Found]:
        if rule.named and isinstance(want, tuple):
            yield from self._at_entries(path, rule, want, have if isinstance(have, tuple) else ())
        elif is_dataclass(want) and not isinstance(want, NotSet):
            yield from self.at_parts(path, want, have)
        else:
            yield from self._at_leaf(path, rule, _leaf(want), None if have is None else _leaf(have), anew=anew)

    def _at_entries(
        self, path: str, rule: Comparison, want: tuple[Any, ...], have: tuple[Any, ...]
    ) -> Iterator[_Found]:
        there = {entry.name: entry for entry in have}
        names = {entry.name for entry in want}
        for entry in want:
            yield from self._at_entry(f"{path}[{entry.name}]", rule, entry, there.get(entry.name))
        for name in there.keys() - names:
            yield from _gone(f"{path}[{name}]", rule, there[name])
        if rule.restated:
            paths = {f"{path}[{name}]" for name in names}
            unnamed = (one for one in self.hidden if one.startswith(f"{path}[") and one not in paths)
            yield from (_Found(_Verdict.LEFT, one) for one in unnamed)

    def _at_entry(self, path: str, rule: Comparison, want: object, have: object | None) -> Iterator[_Found]:
        if isinstance(want, Value):
            there = have.value if isinstance(have, Value) else None
            yield from self._at_leaf(path, rule, want.value, there, anew=False)
        else:
            yield from self.at_parts(path, want, have)

    def _at_leaf(self, path: str, rule: Comparison, want: Leaf, have: Leaf | None, *, anew: bool) -> Iterator[_Found]:
        if _same(rule, want, have):
            return
        is_hidden = path in self.hidden or not self.details_seen
        may_be_equal = isinstance(have, SecretStr) or (have is None and is_hidden and not anew)
        if isinstance(want, NotSet) and may_be_equal:
            yield _Found(_Verdict.UNSET, path, unset=want)
            return
        if isinstance(want, SecretStr) and have is None and is_hidden and not anew:
            yield _Found(_Verdict.UNSEEN, path)
            return
        before = SecretStr("") if path in self.hidden else have
        yield _Found(_Verdict.CHANGED, path, _change(path, rule, before, want), restated=rule.restated)

    def _lost_with(self, path: str, want: object, have: object | None) -> Iterator[_Found]:
        """Yield what a step has that one of another kind has no room for, or that the spec does not say of it."""
        if have is None:
            return
        stays = {one.path for one in _all_of(path, want)}
        yield from (one for one in _all_of(path, have) if one.path not in stays)


def _parts(value: object) -> Iterator[Field[Any]]:
    """Yield the fields of a dataclass but for its name, by which an entry of a list is found."""
    if is_dataclass(value):
        yield from (part for part in fields(value) if part.name != "name")


def _all_of(path: str, value: object) -> Iterator[_Found]:
    """Yield all that a value says as gone."""
    for part in _parts(value):
        rule, inner, here = comparison_of(part), getattr(value, part.name), _join(path, part.name)
        if rule.named:
            for entry in inner or ():
                yield from _gone(f"{here}[{entry.name}]", rule, entry)
        elif inner is not None:
            yield from _gone(here, rule, inner)


def _gone(path: str, rule: Comparison, value: object) -> Iterator[_Found]:
    if isinstance(value, Value):
        yield _Found(_Verdict.GONE, path, _change(path, rule, value.value, None), restated=rule.restated)
    elif is_dataclass(value):
        yield from _all_of(path, value)
    else:
        yield _Found(_Verdict.GONE, path, _change(path, rule, _leaf(value), None))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _leaf(value: object) -> Leaf:
    match value:
        case str() | SecretStr() | NotSet() | UnknownClientId():
            return value
        case tuple():
            return tuple(map(str, value))
        case _:
            return str(value).lower()


def _same(rule: Comparison, want: Leaf, have: Leaf | None) -> bool:
    if rule.any_case and isinstance(want, str) and isinstance(have, str):
        return want.lower() == have.lower()
    return want == have


def _path_of(found: _Found) -> str:
    return found.path


def field_of(path: str) -> str:
    """Return the field of the settings in which a path lies."""
    return path.partition(".")[0].partition("[")[0]


def field_gone(path: str, rule: Comparison, value: object) -> FieldChange:
    """Return that a value goes."""
    return _change(path, rule, _leaf(value), None)


def list_change(path: str, before: Iterable[str], after: Iterable[str]) -> FieldChange:
    """Return that a list has other entries."""
    old, new = tuple(before), tuple(after)
    return FieldChange(path, _shown(old), _shown(new), added=_beyond(new, old), removed=_beyond(old, new))


def _change(path: str, rule: Comparison, before: Leaf | None, after: Leaf | None) -> FieldChange:
    sides = [one for one in (before, after) if isinstance(one, str)]
    is_text = rule.is_file or any("\n" in one for one in sides)
    if is_text and all(_may_be_shown(rule, one) for one in sides):
        return FieldChange(path, _shown(before), _shown(after), is_text=True)
    if is_text:
        before, after = (file_words(one) if isinstance(one, str) else one for one in (before, after))
    old, new = (one if isinstance(one, tuple) else () for one in (before, after))
    return replace(list_change(path, old, new), before=_shown(before), after=_shown(after))


def _may_be_shown(rule: Comparison, text: str) -> bool:
    """Say whether a text may be shown: of a file only if it is a task file, for a spec may name any of its repository.

    What is no text, or reads as something else that stands here, is not shown either.
    """
    is_readable = "\0" not in text and "\ufffd" not in text and text not in {ABSENT, MASK}
    return is_readable and (not rule.is_file or _STEPS.search(text) is not None)


def _beyond(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the entries of a list that another one does not have, or not as often."""
    left, found = Counter(others), []
    for entry in some:
        if left[entry] > 0:
            left[entry] -= 1
        else:
            found.append(entry)
    return tuple(found)


def _shown(leaf: Leaf | None) -> str:
    match leaf:
        case None:
            return ABSENT
        case SecretStr():
            return MASK
        case NotSet() | UnknownClientId():
            return str(leaf)
        case tuple():
            return ", ".join(leaf)
        case str():
            return leaf
