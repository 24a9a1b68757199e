"""Where the roles of tasks count: what a scope of the spec stands for, and the ones that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from acr_identity.spec.mistakes import Guess, Mistake, did_you_mean, listed, quoted
from acr_identity.spec.outline import Reference, TaskOutline, mapping
from acr_identity.spec.targets import TARGETS

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree

RESOURCE_GROUP, SUBSCRIPTION = "resource_group", "subscription"
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    RESOURCE_GROUP: (SUBSCRIPTION, RESOURCE_GROUP),
    SUBSCRIPTION: (SUBSCRIPTION,),
}
"""What a scope may be besides keys and ids: it is that of the spec, which has to say these."""


def is_id(scope: str) -> bool:
    """Say whether a scope is a whole id."""
    return scope.startswith("/")


def scope_mistakes(spec: Mapping[str, Tree], tasks: Sequence[TaskOutline]) -> Iterator[Mistake]:
    """Find the scopes that stand for nothing, or for several things."""
    for scope in (one for task in tasks for use in task.roles for one in use.uses if not is_id(one.name)):
        meant = [each for each in TARGETS.values() if scope.name in mapping(spec.get(each.section))]
        words = [f"a {each.word}" if each.word != "identity" else f"an {each.word}" for each in meant]
        words += [f"the spec's `{scope.name}`"] if scope.name in DEFAULTS else []
        if len(words) > 1:
            message = f"{quoted(scope.name)} stands for {listed(words)}."
            yield Mistake(message, "Give the whole id, or another name to one of them.", scope.path)
        elif not words:
            yield _leads_nowhere(scope, spec)
        elif not meant:
            yield from _not_said(scope, spec)


def _leads_nowhere(scope: Reference, spec: Mapping[str, Tree]) -> Mistake:
    message = f"The scope {quoted(scope.name)} is neither a key of the spec nor a whole id."
    for word in DEFAULTS:
        if str(spec.get(word)).lower() == scope.name.lower():
            return Mistake(message, did_you_mean(word), scope.path, nearest=word)
    known = [*DEFAULTS, *(name for each in TARGETS for name in mapping(spec.get(each)))]
    otherwise = "Add it to `registries`, `vaults` or `identities`, or write an id: /subscriptions/…"
    return Mistake(message, Guess(scope.name, known, otherwise), scope.path)


def _not_said(scope: Reference, spec: Mapping[str, Tree]) -> Iterator[Mistake]:
    for key in DEFAULTS[scope.name]:
        if spec.get(key) is None:
            yield Mistake(f"The spec has no `{key}` that a scope could be.", f"Add `{key}: …` to it.", scope.path)
