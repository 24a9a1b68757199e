"""The functions that a template may call: Go's own and the part of Sprig that task files use."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from acr_identity.emulator.runner.budget import Budget
from acr_identity.emulator.runner.gotext import quoted
from acr_identity.emulator.runner.run_errors import RunError

Datum: TypeAlias = "str | int | float | bool | Mapping[str, Datum] | None"
Arguments: TypeAlias = Sequence[Datum]

_VERB = re.compile(r"%(.|$)", re.DOTALL)


def printed(value: Datum) -> str:
    """Return a value as a template prints it.

    >>> printed({"b": True, "a": None}), printed(1.5)
    ('map[a:<nil> b:true]', '1.5')
    """
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case float():
            return f"{value:g}"
        case _:
            return "map[" + " ".join(f"{name}:{printed(value[name])}" for name in sorted(value)) + "]"


def is_true(value: Datum) -> bool:
    """Tell whether a condition holds: no zero, no empty text, no empty map, not missing."""
    return bool(value)


def _text(value: Datum) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        raise RunError("invalid value; expected string")
    raise RunError(f"wrong type for value; expected string; got {_type_name(value)}")


def _type_name(value: Datum) -> str:
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float64"
        case str():
            return "string"
        case _:
            return "map[string]interface {}"


def _whole(value: Datum) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RunError(f"wrong type for value; expected int; got {_type_name(value)}")


def _exactly(count: int, arguments: Arguments, name: str) -> None:
    if len(arguments) != count:
        raise RunError(f"wrong number of args for {name}: want {count} got {len(arguments)}")


def _at_least(count: int, arguments: Arguments, name: str) -> None:
    if len(arguments) < count:
        raise RunError(f"wrong number of args for {name}: want at least {count} got {len(arguments)}")


def _on_text(name: str, change: Callable[[str], Datum]) -> Callable[[Arguments], Datum]:
    def call(arguments: Arguments) -> Datum:
        _exactly(1, arguments, name)
        return change(_text(arguments[0]))

    return call


def _on_two_texts(name: str, change: Callable[[str, str], Datum]) -> Callable[[Arguments], Datum]:
    def call(arguments: Arguments) -> Datum:
        _exactly(2, arguments, name)
        return change(_text(arguments[0]), _text(arguments[1]))

    return call


def _default(arguments: Arguments) -> Datum:
    _at_least(1, arguments, "default")
    return arguments[1] if len(arguments) > 1 and is_true(arguments[1]) else arguments[0]


def _index(arguments: Arguments) -> Datum:
    _at_least(1, arguments, "index")
    value = arguments[0]
    for key in arguments[1:]:
        if value is None:
            raise RunError("error calling index: index of untyped nil")
        if not isinstance(value, Mapping):
            raise RunError(f"error calling index: cannot index item of type {_type_name(value)}")
        value = value.get(_text(key))
    return value


def _printf(arguments: Arguments) -> Datum:
    _at_least(1, arguments, "printf")
    values = list(arguments[1:])

    def one(verb: re.Match[str]) -> str:
        if verb.group(1) == "%":
            return "%"
        if verb.group(1) not in {"s", "v", "d", "q"} or not values:
            raise RunError(f"error calling printf: verb {quoted(verb.group())} is not supported by this emulator")
        value = printed(values.pop(0))
        return quoted(value) if verb.group(1) == "q" else value

    out = _VERB.sub(one, _text(arguments[0]))
    if values:
        raise RunError("error calling printf: more values than verbs are not supported by this emulator")
    return out


def _equal(arguments: Arguments) -> bool:
    _at_least(2, arguments, "eq")
    return any(type(arguments[0]) is type(other) and arguments[0] == other for other in arguments[1:])


def _unequal(arguments: Arguments) -> Datum:
    _exactly(2, arguments, "ne")
    return not _equal(arguments)


def _any(arguments: Arguments) -> Datum:
    _at_least(1, arguments, "or")
    return next((value for value in arguments if is_true(value)), arguments[-1])


def _all(arguments: Arguments) -> Datum:
    _at_least(1, arguments, "and")
    return next((value for value in arguments if not is_true(value)), arguments[-1])


def _not(arguments: Arguments) -> Datum:
    _exactly(1, arguments, "not")
    return not is_true(arguments[0])


def _empty(arguments: Arguments) -> Datum:
    _exactly(1, arguments, "empty")
    return not is_true(arguments[0])


def _coalesce(arguments: Arguments) -> Datum:
    return next((value for value in arguments if is_true(value)), None)


def _ternary(arguments: Arguments) -> Datum:
    _exactly(3, arguments, "ternary")
    return arguments[0] if is_true(arguments[2]) else arguments[1]


def _length(arguments: Arguments) -> Datum:
    _exactly(1, arguments, "len")
    value = arguments[0]
    if isinstance(value, str):
        return len(value.encode(errors="surrogatepass"))
    if isinstance(value, Mapping):
        return len(value)
    raise RunError("error calling len: len of type that has none")


def _replace(arguments: Arguments) -> Datum:
    _exactly(3, arguments, "replace")
    old, new, text = (_text(argument) for argument in arguments)
    Budget().spend(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _trunc(arguments: Arguments) -> Datum:
    _exactly(2, arguments, "trunc")
    count, text = _whole(arguments[0]), _text(arguments[1])
    return text[:count] if count >= 0 else text[count:]


def _substr(arguments: Arguments) -> Datum:
    _exactly(3, arguments, "substr")
    start, end, text = _whole(arguments[0]), _whole(arguments[1]), _text(arguments[2])
    return text[max(start, 0) : end if 0 <= end <= len(text) else len(text)]


def _encoded(arguments: Arguments) -> Datum:
    _exactly(1, arguments, "b64enc")
    text = "" if arguments[0] is None else _text(arguments[0])
    return base64.b64encode(text.encode(errors="surrogatepass")).decode()


def _decoded(text: str) -> Datum:
    try:
        return base64.b64decode(text.encode(errors="replace"), validate=True).decode(errors="replace")
    except binascii.Error as error:
        return str(error)


def _in_quotes(mark: Callable[[str], str]) -> Callable[[Arguments], Datum]:
    return lambda arguments: " ".join(mark(printed(value)) for value in arguments if value is not None)


def _digest(text: str) -> Datum:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


FUNCTIONS: Final[Mapping[str, Callable[[Arguments], Datum]]] = MappingProxyType({
    "and": _all,
    "b64dec": _on_text("b64dec", _decoded),
    "b64enc": _encoded,
    "coalesce": _coalesce,
    "contains": _on_two_texts("contains", lambda part, text: part in text),
    "default": _default,
    "empty": _empty,
    "eq": _equal,
    "hasPrefix": _on_two_texts("hasPrefix", lambda part, text: text.startswith(part)),
    "hasSuffix": _on_two_texts("hasSuffix", lambda part, text: text.endswith(part)),
    "index": _index,
    "len": _length,
    "lower": _on_text("lower", str.lower),
    "ne": _unequal,
    "nospace": _on_text("nospace", lambda text: "".join(text.split())),
    "not": _not,
    "or": _any,
    "print": lambda arguments: "".join(printed(value) for value in arguments),
    "printf": _printf,
    "quote": _in_quotes(quoted),
    "replace": _replace,
    "sha256sum": _on_text("sha256sum", _digest),
    "squote": _in_quotes(lambda text: f"'{text}'"),
    "substr": _substr,
    "ternary": _ternary,
    "toString": lambda arguments: printed(arguments[-1]) if arguments else "",
    "trim": _on_text("trim", str.strip),
    "trimAll": _on_two_texts("trimAll", lambda characters, text: text.strip(characters or None)),
    "trimPrefix": _on_two_texts("trimPrefix", lambda part, text: text.removeprefix(part)),
    "trimSuffix": _on_two_texts("trimSuffix", lambda part, text: text.removesuffix(part)),
    "trunc": _trunc,
    "upper": _on_text("upper", str.upper),
})  # fmt: skip
"""What can be called, by name."""
