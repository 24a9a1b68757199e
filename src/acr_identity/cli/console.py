"""The two streams: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TextIO, TypeVar

import click

from acr_identity.errors import AcrIdentityError

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

_WIDTH_OF_A_FILE = 100
_NOBODY_READS = {errno.EPIPE, errno.ECONNRESET, errno.EIO}
"""What writing fails with when the other end of a pipe or a socket has gone, or the terminal has."""

ValueT_contra = TypeVar("ValueT_contra", contravariant=True)
ValueT = TypeVar("ValueT")


class Format(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class ToText(Protocol[ValueT_contra]):
    """What makes terminal text of a value."""

    def __call__(self, value: ValueT_contra, /, *, color: bool, width: int) -> str:
        """Return the text, wrapped at `width`."""


class Rendering(Generic[ValueT]):
    """How one kind of value is written in each format."""

    def __init__(self, text: ToText[ValueT], json: Callable[[ValueT], str], markdown: Callable[[ValueT], str]) -> None:
        self.text = text
        self.json = json
        self.markdown = markdown

    def on(self, stream: TextIO, value: ValueT) -> str:
        """Return the value as text that suits a stream: in colour and as wide as the window only on a terminal."""
        return self.text(value, color=has_color(stream), width=width_of(stream))


class Console:
    """Prints results in one format, and tells the user about the rest. `tell` may be used from several threads."""

    def __init__(self, output: Format) -> None:
        self.format = output
        self._lock = threading.RLock()
        self._live: RichConsole | None = None
        self._has_results = False

    def line(self, text: str) -> None:
        """Print a line to standard output, at once. That nobody reads it stops no work.

        Raises:
            AcrIdentityError: it cannot be written for another reason. What else is printed is dropped then.
        """
        self._has_results = True
        try:
            click.echo(text)
        except OSError as error:
            drop_the_rest(sys.stdout)
            if error.errno not in _NOBODY_READS:
                raise cannot_write(error) from error

    def result(self, text: str) -> None:
        """Print a result to standard output, below an empty line if it is not the first."""
        if self._has_results:
            self.line("")
        self.line(text)

    def show(self, rendering: Rendering[ValueT], value: ValueT) -> None:
        """Print a value to standard output in the format that was asked for."""
        match self.format:
            case Format.TEXT:
                self.result(rendering.on(sys.stdout, value))
            case Format.JSON:
                self.result(rendering.json(value))
            case Format.MARKDOWN:
                self.result(rendering.markdown(value))

    def tell(self, text: str) -> None:
        """Print to standard error. That nobody reads it stops no work."""
        with self._lock, contextlib.suppress(OSError):
            if self._live is None:
                click.echo(text, err=True)
            else:
                from rich.text import Text

                self._live.print(Text.from_ansi(text), soft_wrap=True)

    @contextlib.contextmanager
    def busy(self, words: str) -> Iterator[None]:
        """Show on a terminal that work is going on; what is told meanwhile appears above."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console as RichConsole

        live = RichConsole(stderr=True)
        status = live.status(words)
        with contextlib.suppress(OSError):
            status.start()
        self._live = live
        try:
            yield
        finally:
            self._live = None
            with contextlib.suppress(OSError):
                status.stop()


def has_color(stream: TextIO) -> bool:
    """Say whether to write in colour: on a terminal that knows it, unless `NO_COLOR` is set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int:
    """Return how many columns to fill."""
    return shutil.get_terminal_size().columns if stream.isatty() else _WIDTH_OF_A_FILE


def cannot_write(error: OSError) -> AcrIdentityError:
    """Return the error of a result that cannot be written."""
    return AcrIdentityError(f"standard output cannot be written: {error.strerror}", advice="Write it to another place.")


def drop_the_rest(stream: TextIO) -> None:
    """Let a stream that nobody reads any more lead nowhere, so that nothing complains of it."""
    with Path(os.devnull).open("wb") as nowhere, contextlib.suppress(OSError):
        os.dup2(nowhere.fileno(), stream.fileno())
