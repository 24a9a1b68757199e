"""From arguments to an exit code: whatever happens in a command, it ends here."""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click

from acr_identity.cli import failures
from acr_identity.cli.command_line import PROGRAM, command_line
from acr_identity.cli.console import Console, Format, cannot_write, drop_the_rest
from acr_identity.cli.endings import caught
from acr_identity.errors import AcrIdentityError, ExitCode, InterruptedWorkError, SettingsError

_NEW_OBJECTS = 300_000
"""How many objects come before garbage is looked for. Python's default is 700."""


def program() -> NoReturn:
    """Be the process of a command: run it, and end with its code.

    After an interruption nothing more is waited for: a read that nobody needs any more may take minutes. A signal that
    comes when the end is decided does not change it.
    """
    # What is loaded stays to the end. To look through it for garbage, at the end once more, would be a quarter of a
    # short command.
    gc.set_threshold(_NEW_OBJECTS)
    with _streams():
        code = _main(sys.argv[1:], afterwards=signal.SIG_IGN)
    if code == ExitCode.INTERRUPTED:
        os._exit(code)
    gc.freeze()
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return what the process shall end with, as `acr_identity.errors.ExitCode` has it.

    Called in the main thread, it takes SIGTERM and SIGHUP for Ctrl-C until it returns, unless they are ignored or
    handled already.

    >>> main(["validate", "examples/cross-registry/spec.yaml"])  # doctest: +SKIP
    0

    Args:
        argv: the arguments behind the program's name; by default those of the process.
    """
    with _streams():
        return _main(sys.argv[1:] if argv is None else list(argv))


def _main(arguments: list[str], afterwards: signal.Handlers | None = None) -> int:
    _print_what_cannot_be_encoded()
    try:
        with caught(signal.default_int_handler, afterwards):
            code = _outcome(arguments, Console(_format_asked_for(arguments)))
    except BrokenPipeError:
        code = ExitCode.DONE
    except OSError as error:
        drop_the_rest(sys.stdout)
        code = failures.report(cannot_write(error), Console(Format.TEXT))
    except KeyboardInterrupt:  # one more, while the first was told
        code = ExitCode.INTERRUPTED
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            drop_the_rest(stream)
    return int(code)


def _outcome(arguments: list[str], console: Console) -> int:
    try:
        with command_line.make_context(PROGRAM, list(arguments), obj=console) as context:
            return ExitCode(command_line.invoke(context))
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return failures.report(InterruptedWorkError("interrupted"), console)
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            error.show()
        return failures.report_as_data(SettingsError(error.format_message()), console)
    except AcrIdentityError as error:
        return failures.report(error, console)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in {errno.EPIPE, errno.ENOSPC}:
            raise  # what click itself has printed, such as a help text, cannot be written
        return failures.report_unexpected(error, console, verbose=_is_verbose(arguments))


def _format_asked_for(arguments: Sequence[str]) -> Format:
    """Return the last `--output`. A mistake in the arguments is told in that format too, so click cannot be asked."""
    pairs = zip(["", *arguments], [*arguments, ""], strict=True)
    given = [value for name, value in pairs if name == "--output"]
    given += [argument.removeprefix("--output=") for argument in arguments if argument.startswith("--output=")]
    return next((Format(value) for value in reversed(given) if value in tuple(Format)), Format.TEXT)


def _is_verbose(arguments: Sequence[str]) -> bool:
    return not {"-v", "--verbose"}.isdisjoint(arguments)


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    """Let a stream that was closed before the program began lead nowhere."""
    with contextlib.ExitStack() as stack:
        for is_closed, redirect in (
            (sys.stdout is None, contextlib.redirect_stdout),
            (sys.stderr is None, contextlib.redirect_stderr),
        ):
            if is_closed:
                stack.enter_context(redirect(stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))))
        yield


def _print_what_cannot_be_encoded() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
