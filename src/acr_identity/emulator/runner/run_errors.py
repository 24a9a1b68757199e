"""How a part of the runner says that the run, or a step of it, cannot go on. None of these leaves `run`."""

from __future__ import annotations


class RunError(Exception):
    """Something ends the run, or one step of it, with this text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def within(self, prefix: str) -> RunError:
        """Return the same error, seen from further out: `prefix: text`."""
        return RunError(f"{prefix}: {self.text}")


class PanicError(RunError):
    """The runner itself falls over."""

    def within(self, prefix: str) -> RunError:
        """Return the error as it is: a panic stands alone, so the prefix is dropped."""
        del prefix
        return self


class ExitError(RunError):
    """A container ended with a status that is not zero, after it has printed why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
