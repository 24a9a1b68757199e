"""Errors as the user sees them: in words on standard error, and as a document where one was asked for."""

from __future__ import annotations

import sys
import traceback

from acr_identity.cli.console import Console, Format, has_color, width_of
from acr_identity.errors import AcrIdentityError, ExitCode, MissingResourceError, SpecError


def report(error: AcrIdentityError, console: Console) -> ExitCode:
    """Tell what went wrong, and return what the command ends with."""
    complain(error, console)
    return report_as_data(error, console)


def report_as_data(error: AcrIdentityError, console: Console) -> ExitCode:
    """Print an error as the document that was asked for, if one was, and return what the command ends with."""
    from acr_identity.render import error_json, error_markdown

    match console.format:
        case Format.TEXT:
            pass
        case Format.JSON:
            console.result(error_json(error))
        case Format.MARKDOWN:
            console.result(error_markdown(error))
    return error.exit_code


def complain(error: AcrIdentityError, console: Console) -> None:
    """Tell on standard error what went wrong and what to do about it; each mistake in a spec on a line of its own."""
    from acr_identity.render import error_text
    from acr_identity.render.escape import sentence, visible

    if isinstance(error, SpecError | MissingResourceError) and error.problems:
        for mistake in error.problems:
            console.tell(visible(str(mistake)))
        if error.advice:
            console.tell(f"Advice: {sentence(error.advice)}")
    else:
        console.tell(error_text(error, color=has_color(sys.stderr), width=width_of(sys.stderr)))


def report_unexpected(error: Exception, console: Console, *, verbose: bool) -> ExitCode:
    """Tell in one line that this program has a fault. Its message may hold anything, so only `-v` shows it."""
    from acr_identity.sdk.redaction import redact
    from acr_identity.secrecy import redacted

    if verbose:
        console.tell(redacted(redact("".join(traceback.format_exception(error)).rstrip())))
    advice = "" if verbose else " (-v shows where)"
    message = f"internal error: {type(error).__name__}"
    console.tell(message + advice)
    return report_as_data(AcrIdentityError(message), console)
