"""The errors of pydantic in the words of a spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from acr_identity.spec.accesses import ONE, SEVERAL
from acr_identity.spec.mistakes import CUSTOM_ERROR, Guess, KeyPath, Mistake, UnknownKey, quoted
from acr_identity.spec.places import is_secret

_KEY_OF_MAPPING = "[key]"
_ALTERNATIVES = (ONE, SEVERAL)
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
}


def mistakes_of(error: ValidationError, model: type[BaseModel]) -> Iterator[Mistake]:
    """Return what pydantic found as mistakes. None shows a value that may be a secret."""
    for detail in error.errors(include_url=False):
        yield _mistake(detail, model)


def _mistake(detail: ErrorDetails, model: type[BaseModel]) -> Mistake:
    path, kind = tuple(step for step in detail["loc"] if step not in _ALTERNATIVES), detail["type"]
    if kind == "missing":
        return Mistake(f"The key `{path[-1]}` is missing.", f"Add `{path[-1]}: …`.", path[:-1], at_key=True)
    if kind == "extra_forbidden":
        return _unknown_key(path, model)
    if path[-1:] == (_KEY_OF_MAPPING,):
        return replace(_wrong_value(detail, path[:-1]), at_key=True)
    return _wrong_value(detail, path)


def _wrong_value(detail: ErrorDetails, path: KeyPath) -> Mistake:
    context = detail.get("ctx", {})
    match detail["type"]:
        case kind if kind == CUSTOM_ERROR:
            return Mistake(str(context["message"]), str(context["fix"]), path)
        case kind if kind in _EXPECTED:
            return _wrong_type(_EXPECTED[kind], detail["input"], path)
        case "literal_error":
            return _not_a_choice(str(context["expected"]), detail["input"], path)
        case "greater_than_equal":
            return Mistake(f"Expected {context['ge']} or more.", path=path)
        case _:
            return Mistake("This value is not valid." if is_secret(path) else _told(detail["msg"]), path=path)


def _unknown_key(path: KeyPath, model: type[BaseModel]) -> Mistake:
    name = str(path[-1])
    hidden = is_secret(path[:-1])
    known = sorted(_known_keys(model, path[:-1]))
    otherwise = f"Known keys: {', '.join(f'`{key}`' for key in known)}." if known else ""
    message = "There is no such key here." if hidden else f"There is no key {quoted(name)} here."
    return UnknownKey(message, Guess(name, known, otherwise), path, at_key=True)


def _not_a_choice(expected: str, given: object, path: KeyPath) -> Mistake:
    choices = [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]
    fix = Guess(given, choices) if isinstance(given, str) else ""
    if isinstance(given, int) and str(given) in choices and f"'{given}'" in expected:
        fix = f"Put it in quotes: '{given}'."
    return Mistake(f"Expected {expected}.", fix, path)


def _wrong_type(expected: str, given: object, path: KeyPath) -> Mistake:
    if given is None:
        return Mistake(f"Expected {expected}, found nothing.", "Give a value, or leave the key out.", path)
    fix = "Put it in quotes." if expected == "text" and isinstance(given, int | float) else ""
    return Mistake(f"Expected {expected}, found {kind_of(given)}.", fix, path)


def kind_of(value: object) -> str:
    """Return the word for the kind of a value."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return "something else"


def _known_keys(model: type[BaseModel], path: KeyPath) -> set[str]:
    kinds: list[object] = [model]
    for step in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    return {
        name for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel) for name in kind.model_fields
    }


def _inside(kind: object, step: str | int) -> Iterator[object]:
    """Return the types that may stand under a key or an index of a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if step in kind.model_fields:
            yield from _alternatives(kind.model_fields[str(step)].annotation)
    elif get_origin(kind) in {dict, tuple, list}:
        inner = get_args(kind)[-1] if get_origin(kind) is dict else get_args(kind)[0]
        yield from _alternatives(inner)


def _alternatives(kind: object) -> Iterator[object]:
    """Return the types of which a type is a choice."""
    if get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in {dict, tuple, list} or isinstance(kind, type):
        yield kind
    else:
        for choice in get_args(kind):
            yield from _alternatives(choice)


def _told(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".") + "."
