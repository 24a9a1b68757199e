"""How a part of the runner says that the run cannot go on."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818  # it is an outcome that the runner decides, not a fault of the program
    """Something ends the run, or one step of it, with this text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def within(self, prefix: str) -> Failure:
        """Return the same failure, seen from further out: `prefix: text`."""
        return Failure(f"{prefix}: {self.text}")
