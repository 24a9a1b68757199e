"""What can go wrong around a server, in words for the person who started it."""

from __future__ import annotations


class ServerError(Exception):
    """A server that cannot be started, found or asked. `remedy` is one line that says what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}; {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy
