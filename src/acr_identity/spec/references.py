"""The names by which tasks refer to targets: which lead nowhere, and what was meant by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acr_identity.spec.mistakes import MOST_GUESSES, Mistake, did_you_mean, nearest, quoted
from acr_identity.spec.outline import SYSTEM, Reference, TaskOutline, Use, mapping
from acr_identity.spec.targets import TARGETS

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree

_SYSTEM_WORDS = frozenset({"system", "[system]", "systemassigned", "system-assigned", "system_assigned", "self"})
_USER_WORDS = frozenset({"userassigned", "user-assigned", "user_assigned"})


@dataclass(frozen=True, slots=True)
class Astray:
    """What is wrong between the names of one section and those who refer to them.

    Args:
        mistakes: the references that lead nowhere, and the targets that are called otherwise by all who refer to them.
        meant: what was meant by such a reference, by the name that stands there.
        called: how the tasks call a target whose name in the section is the wrong one.
    """

    mistakes: tuple[Mistake, ...] = ()
    meant: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)


def references_to(section: str, task: TaskOutline) -> tuple[Reference, ...]:
    """Return the names by which a task refers to the targets of a section."""
    match section:
        case "registries":
            own = () if task.registry is None else (task.registry,)
            return (*own, *(one for use in task.registry_uses for one in use.uses))
        case "vaults":
            return tuple(one for use in (*task.secrets, *task.credentials) for one in use.uses)
        case _:
            return tuple(one for one in task.identities if one.name != SYSTEM)


def find_astray(section: str, declared: Tree, tasks: Sequence[TaskOutline]) -> Astray:
    """Find the references to a section that lead nowhere, each mistake once and where it was made."""
    if declared is not None and not isinstance(declared, Mapping):
        return Astray()
    known = mapping(declared)
    references = [one for task in tasks for one in references_to(section, task)]
    references += [one for task in tasks for use in task.roles for one in use.uses if one.name in known]
    times = Counter(one.name for one in references)
    if section == "identities":
        times.update(use.identity.name for task in tasks for use in _uses(task) if use.identity)
        times.update(client.name for task in tasks for client in task.clients)
    lost: dict[str, list[Reference]] = {}
    for one in references:
        if one.name not in known:
            lost.setdefault(one.name, []).append(one)
    mistakes: list[Mistake] = []
    meant: dict[str, str] = {}
    called: dict[str, str] = {}
    for number, (name, places) in enumerate(lost.items()):
        near = _nearest(section, name, known) if number < MOST_GUESSES else ""
        rule = TARGETS[section].rule
        misnamed = near in known and near not in times and near not in called and not _hidden(places)
        if misnamed and rule.holds(name) and (times[name] > 1 or not rule.holds(near)):
            called[near] = name
        else:
            meant |= {name: near} if near else {}
            mistakes += _mistakes(section, name, near, places)
    return Astray((*mistakes, *_misnamed(section, called)), meant, called)


def system_fix(name: str) -> str:
    """Return what helps who names the identity as other tools do; an empty text for any other name.

    >>> system_fix("SystemAssigned")
    'Did you mean `system`?'
    """
    word = name.lower().replace(" ", "")
    if word in _SYSTEM_WORDS:
        return f"Did you mean `{SYSTEM}`?"
    if word in _USER_WORDS:
        return "Give the name of the identity, a key of `identities`."
    parts = word.split(",")
    if len(parts) > 1 and all(part in _SYSTEM_WORDS | _USER_WORDS for part in parts):
        return f"Write a list of `{SYSTEM}` and the names of the others, keys of `identities`."
    return ""


def named(reference: Reference, what: str) -> str:
    """Return how a message speaks of a reference: not by its name where a secret may stand in the wrong place."""
    return f"This {what}" if _hidden([reference]) else f"The {what} {quoted(reference.name)}"


def _uses(task: TaskOutline) -> Iterator[Use]:
    yield from (*task.registry_uses, *task.secrets, *task.credentials, *task.roles)


def _hidden(references: Sequence[Reference]) -> bool:
    return any(not {"credentials", "values", "arguments"}.isdisjoint(one.path) for one in references)


def _nearest(section: str, name: str, known: Mapping[str, Tree]) -> str:
    if section == "identities" and system_fix(name):
        return SYSTEM if name.lower() in _SYSTEM_WORDS else ""
    rule = TARGETS[section].rule
    if (within := rule.name_in(name)) in known:
        return within
    return next((one for one in known if rule.name_in(one) == name), "") or nearest(name, known)


def _mistakes(section: str, name: str, near: str, places: Sequence[Reference]) -> Iterator[Mistake]:
    # What is only to be added to the section is told once; a misspelt name must be mended wherever it stands.
    fix = (system_fix(name) if section == "identities" else "") or did_you_mean(near)
    for place in places if fix else places[:1]:
        message = f"{named(place, TARGETS[section].word)} is not among `{section}`."
        yield Mistake(message, fix or f"Add it to `{section}`.", place.path, at_key=place.is_key, nearest=near)


def _misnamed(section: str, called: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield the targets that break no other rule than to be called otherwise."""
    target = TARGETS[section]
    for name, by_tasks in called.items():
        if target.rule.holds(name):
            message = f"No task refers to the {target.word} {quoted(name)}."
            yield Mistake(message, did_you_mean(by_tasks), (section, name), at_key=True, nearest=by_tasks)
