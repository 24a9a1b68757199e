"""From arguments to an exit code: whatever happens in a command, it ends here."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from acr_identity.cli import failures
from acr_identity.cli.commands import PROGRAM, command_line
from acr_identity.cli.console import Console, Format, drop_the_rest
from acr_identity.errors import AcrIdentityError, ExitCode, InterruptedWorkError, SettingsError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return what the process shall end with, as `acr_identity.errors.ExitCode` has it.

    >>> main(["validate", "examples/cross-registry/spec.yaml"])  # doctest: +SKIP
    0

    Args:
        argv: the arguments behind the program's name; by default those of the process.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    _print_what_cannot_be_encoded()
    try:
        code = _outcome(arguments, Console(_format_asked_for(arguments)))
    except BrokenPipeError:
        code = ExitCode.DONE
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
        error.show()
        return failures.report_as_data(SettingsError(error.format_message()), console)
    except AcrIdentityError as error:
        return failures.report(error, console)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever nobody thought of ends in one line as well
        return failures.report_unexpected(error, console, verbose=_is_verbose(arguments))


def _format_asked_for(arguments: Sequence[str]) -> Format:
    """Return the last `--output`. A mistake in the arguments is told in that format too, so click cannot be asked."""
    pairs = zip(["", *arguments], [*arguments, ""], strict=True)
    given = [value for name, value in pairs if name == "--output"]
    given += [argument.removeprefix("--output=") for argument in arguments if argument.startswith("--output=")]
    return next((Format(value) for value in reversed(given) if value in tuple(Format)), Format.TEXT)


def _is_verbose(arguments: Sequence[str]) -> bool:
    return not {"-v", "--verbose"}.isdisjoint(arguments)


def _print_what_cannot_be_encoded() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
