"""The runner's own look at a Dockerfile, with its limits. Source: acr-builder, scan/dependencies.go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from acr_identity.emulator.runner.budget import Budget
from acr_identity.emulator.runner.run_errors import RunError

_VARIABLE = re.compile(r"\$(?:\{([^}]{0,256})\}|(\w+))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scan:
    """The image that the result is based on, and the other images of the file, as they are written."""

    runtime: str
    buildtime: tuple[str, ...]


@dataclass(slots=True)
class _Progress:
    arguments: dict[str, str]
    origins: dict[str, str] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)
    origin: str = ""
    stage: str = ""
    budget: Budget = field(default_factory=Budget)


def scan(text: str, arguments: tuple[str, ...], target: str) -> Scan:
    r"""Find the base images of a Dockerfile.

    Only `FROM` and `ARG` are seen, one line at a time. All `ARG`s share one scope: a build argument goes first, then
    the first default. `FROM --platform=...`, `${X:-default}`, `COPY --from=image` are not understood.

    Args:
        text: the Dockerfile.
        arguments: the build arguments, `NAME=VALUE`.
        target: the stage to stop after, or nothing.

    Raises:
        RunError: a line is not understood, or grows too long.

    >>> scan("ARG R\nFROM ${R}/node:15", ("R=base.azurecr.io",), "").runtime
    'base.azurecr.io/node:15'
    """
    progress = _Progress(dict(_assignment(argument) for argument in arguments))
    for line in _lines(text):
        words = line.split()
        if words[0].upper() == "FROM":
            _from(progress, words, line)
            if target and progress.stage == target:
                break
        elif words[0].upper() == "ARG":
            _arg(progress, words, line)
    if not progress.images:
        raise RunError("unexpected dockerfile format")
    others = tuple(image for image in dict.fromkeys(progress.images) if image != progress.origin)
    return Scan(progress.origin, others)


def _lines(text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield stripped


def _from(progress: _Progress, words: list[str], line: str) -> None:
    match words:
        case [_, image]:
            alias = ""
        case [_, image, word, alias, *_] if word.lower() == "as":
            pass
        case _:
            raise RunError(f"unable to understand line {line}")
    expanded = _expanded(image, progress)
    if expanded in progress.origins:
        progress.origin = progress.origins[expanded]
    else:
        progress.origin = expanded
        progress.images.append(expanded)
    progress.stage = alias
    if alias:
        progress.origins[alias] = progress.origin


def _arg(progress: _Progress, words: list[str], line: str) -> None:
    if len(words) == 1:
        raise RunError(f"dockerfile syntax requires ARG directive to have exactly 1 argument. LINE: {line}")
    if "=" in words[1]:
        name, value = _assignment(words[1])
        progress.arguments.setdefault(name, value)


def _assignment(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise RunError(f"{text} cannot be split into 2 tokens with '='")
    return name, value.strip('"').strip("'")


def _expanded(text: str, progress: _Progress) -> str:
    def value(match: re.Match[str]) -> str:
        known = progress.arguments.get(match.group(1) or match.group(2) or "", "")
        progress.budget.spend(len(known))
        return known

    return _VARIABLE.sub(value, text)
