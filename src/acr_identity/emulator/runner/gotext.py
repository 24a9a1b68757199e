"""Values as the runner's language prints them."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

_ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_NOT_SHELL_SAFE = re.compile(r"[^\w_^@=+%,:./-]", re.ASCII)
_LAST_OF_LATIN_1 = 0xFF
_LAST_OF_PLANE_0 = 0xFFFF


def quoted(text: str) -> str:
    r"""Return the text in double quotes with what cannot be printed escaped, as `%q` does.

    >>> quoted('a "b"\r\n')
    '"a \\"b\\"\\r\\n"'
    """
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    point = ord(character)
    if point <= _LAST_OF_LATIN_1:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= _LAST_OF_PLANE_0 else f"\\U{point:08x}"


def character(one: str) -> str:
    """Return a character as `%#U` does.

    >>> character("-")
    "U+002D '-'"
    """
    return f"U+{ord(one):04X}" + (f" '{one}'" if one.isprintable() else "")


def duration(seconds: int) -> str:
    """Return a time span of whole seconds.

    >>> duration(32), duration(70), duration(3605)
    ('32s', '1m10s', '1h0m5s')
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def http_status(status: int) -> str:
    """Return a status with its phrase.

    >>> http_status(401), http_status(799)
    ('401 Unauthorized', '799')
    """
    known = {item.value: item.phrase for item in HTTPStatus}
    return f"{status} {known[status]}" if status in known else str(status)


def shell_quoted(text: str) -> str:
    r"""Return the text in single quotes if a shell would read it otherwise.

    >>> shell_quoted("a-b"), shell_quoted('{"a":1}')
    ('a-b', '\'{"a":1}\'')
    """
    if not text:
        return "''"
    if not _NOT_SHELL_SAFE.search(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def json_text(values: dict[str, str]) -> str:
    r"""Return a JSON object, its keys sorted, without spaces, with `<`, `>` and `&` escaped.

    >>> json_text({"b": "<", "a": "1"})
    '{"a":"1","b":"\\u003c"}'
    """
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
