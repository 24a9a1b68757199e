"""The secrets of a spec that stand in environment variables: which they are, and a spec that is filled with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from acr_identity.secrecy import EXPORT, NotSet
from acr_identity.spec.base import Model
from acr_identity.spec.mistakes import KeyPath, Mistake
from acr_identity.spec.sources import FromEnvironment

if TYPE_CHECKING:
    from collections.abc import MutableSequence

ModelT = TypeVar("ModelT", bound=Model)


def fill(model: ModelT, environ: Mapping[str, str], mistakes: MutableSequence[Mistake], path: KeyPath = ()) -> ModelT:
    """Return a copy whose `FromEnvironment` values are read; a variable that is not set or empty is a mistake.

    `path` is where the model stands.
    """
    update = {}
    for name, value in model:
        filled = _filled(value, environ, mistakes, (*path, name))
        if filled is not value:
            update[name] = filled
    return model.model_copy(update=update) if update else model


def _filled(value: object, environ: Mapping[str, str], mistakes: MutableSequence[Mistake], path: KeyPath) -> object:
    match value:
        case FromEnvironment():
            filled = value.filled(environ)
            if isinstance(filled.value, NotSet):
                mistakes.append(Mistake(filled.value.message, EXPORT, path))
            return filled
        case Model():
            return fill(value, environ, mistakes, path)
        case dict():
            return {key: _filled(entry, environ, mistakes, (*path, key)) for key, entry in value.items()}
        case tuple():
            return tuple(_filled(entry, environ, mistakes, (*path, index)) for index, entry in enumerate(value))
        case _:
            return value


def sources_in(value: object) -> Iterator[FromEnvironment]:
    """Yield all that a model takes from the environment, in the order of its fields."""
    match value:
        case FromEnvironment():
            yield value
        case Model():
            for _, part in value:
                yield from sources_in(part)
        case dict():
            for entry in value.values():
                yield from sources_in(entry)
        case tuple():
            for entry in value:
                yield from sources_in(entry)
        case _:
            pass
