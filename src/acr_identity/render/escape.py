"""Text that is safe to show: nothing moves the cursor, hides itself or carries a credential of an address."""

from __future__ import annotations

import re

from acr_identity.secrecy import redacted

_LINE_ENDS = re.compile(r" *(?:\r?\n *)+")


def visible(text: str) -> str:
    r"""Return the text on one line, without credentials, with each control, format and bidi character as its escape.

    Calling it twice changes nothing more.

    >>> print(visible("red" + chr(27) + "[31m"))
    red\x1b[31m
    """
    clean = redacted(text)
    return clean if clean.isprintable() else "".join(map(_shown, clean))


def sentence(text: str) -> str:
    """Return a message that comes in several lines as one line."""
    return _LINE_ENDS.sub(" ", text.strip(" \r\n"))


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
