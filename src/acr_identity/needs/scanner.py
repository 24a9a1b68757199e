"""What the task runner's own scanner does not understand of a Dockerfile: the step ends before anything is built.

It goes line by line and knows only FROM and ARG (Azure/acr-builder, `scan/dependencies.go`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from acr_identity.needs.codes import Code
from acr_identity.needs.dockerfile_lines import lines_of, replaced
from acr_identity.needs.report import Report
from acr_identity.spec.mistakes import quoted

_VARIABLE = re.compile(r"\$(?:\{([^}]{0,256})\}|(\w+))")
_LONGEST = 64 << 10


def scan(text: str, given: Mapping[str, str], report: Report) -> None:
    """Say what the scanner refuses or misreads."""
    known = dict(given)
    has_from = False
    for offset, line in lines_of(text):
        if len(line.encode()) >= _LONGEST:
            message = "A run reads the Dockerfile only up to this line, which is longer than 64 KiB."
            report.fault(Code.LONG_LINE, message, "Break the line.", report.at(offset))
            break
        words = line.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").split()
        if not words or words[0].startswith("#"):
            continue
        at = offset + len(line) - len(line.lstrip())
        match words[0].upper():
            case "FROM":
                has_from = True
                _from(words, known, report, at)
            case "ARG" if len(words) > 1 and "=" in words[1]:
                name, _, value = words[1].partition("=")
                known.setdefault(name, value.strip("'\""))
            case "ARG" if len(words) == 1:
                report.fault(Code.FROM_NOT_UNDERSTOOD, "An ARG without a name ends the run.", "Name it.", report.at(at))
            case _:
                pass
    if not has_from:
        report.fault(Code.NO_FROM, "A run finds no FROM in this Dockerfile.", "Begin with one.", report.at(0))


def _from(words: list[str], known: Mapping[str, str], report: Report, offset: int) -> None:
    at = report.at(offset)
    if len(words) > 1 and words[1].lower().startswith("--platform"):
        message = "A run cannot read FROM with --platform."
        report.fault(Code.PLATFORM_IN_FROM, message, "Leave it out, and give the task its `platform`.", at)
        return
    if len(words) in {1, 3} or (len(words) > 3 and words[2].lower() != "as"):  # noqa: PLR2004 - FROM X as Y
        message = f"A run cannot read the line {quoted(' '.join(words))}."
        report.fault(Code.FROM_NOT_UNDERSTOOD, message, "Write FROM IMAGE, or FROM IMAGE AS NAME.", at)
        return
    image = words[1].strip("'\"")
    if defaulted := next((key for key, _ in _VARIABLE.findall(image) if ":" in key or "-" in key), ""):
        message = f"A run takes ${{{defaulted}}} for nothing: it knows no defaults in FROM."
        report.fault(Code.DEFAULT_IN_FROM, message, f"Give ARG {re.split(r'[:+-]', defaulted)[0]} its default.", at)
    elif image.endswith("\\") or not replaced(_VARIABLE, lambda one: known.get(one[1] or one[2], ""), image):
        message = f"A run cannot tell which image {quoted(image)} is."
        report.fault(Code.FROM_NOT_UNDERSTOOD, message, "Write it on one line, and give each ARG its default.", at)
