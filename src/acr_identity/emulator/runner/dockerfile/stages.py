"""What docker pulls for a Dockerfile: by the legacy builder, which the runner uses, or by BuildKit."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acr_identity.emulator.runner.budget import Budget
from acr_identity.emulator.runner.dockerfile.instructions import Instruction, instructions, syntax_image
from acr_identity.emulator.runner.run_errors import RunError

_VARIABLE = re.compile(r"\\\$|\$(?:\{(?P<name>\w+)(?::(?P<sign>[-+])(?P<word>[^}]{0,256}))?\}|(?P<bare>\w+))", re.ASCII)
_MOUNT_FROM = re.compile(r"(?:^|,)from=([^,]+)")


@dataclass(frozen=True, slots=True)
class Pull:
    """An image that docker needs, and how many instructions it has read when it asks for it."""

    image: str
    instruction: int


@dataclass(frozen=True, slots=True)
class _Stage:
    name: str
    base: str
    start: int
    instructions: tuple[Instruction, ...]


class _Stages:
    def __init__(self, found: Iterable[_Stage]) -> None:
        self.all = tuple(found)
        self._places: dict[str, list[int]] = {}
        for index, stage in enumerate(self.all):
            if stage.name:
                self._places.setdefault(stage.name, []).append(index)

    def index(self, before: int, name: str) -> int | None:
        """Return the stage that a name or a number means in front of a stage: the last one of this name."""
        if name.isascii() and name.isdigit() and len(name) <= len(str(before)) and int(name) < before:
            return int(name)
        places = self._places.get(name.lower(), [])
        earlier = bisect_left(places, before)
        return places[earlier - 1] if earlier else None

    def base(self, index: int) -> int | None:
        """Return the stage that a stage begins with, `None` when that is an image."""
        base = self.all[index].base
        return None if base.isdigit() else self.index(index, base)


def pulls(text: str, arguments: tuple[str, ...], target: str, *, buildkit: bool) -> tuple[Pull, ...]:
    """Return the images that are not stages of the file, in the order in which docker asks for them.

    The legacy builder needs every `FROM` up to the target and every `COPY --from=image`. BuildKit needs what the
    target is made of, and also `# syntax=` and `RUN --mount=from=`. `scratch` is not pulled.

    Raises:
        RunError: docker would refuse the file. The text is docker's.
    """
    stages = _stages(text, _given(arguments))
    last = _target(stages, target, buildkit=buildkit)
    wanted = _reachable(stages, last) if buildkit else set(range(last + 1))
    found = [Pull(syntax_image(text), 0)] if buildkit and syntax_image(text) else []
    for index in sorted(wanted):
        found += _pulls_of(stages, index, buildkit=buildkit)
    firsts: dict[str, Pull] = {}
    for pull in found:
        firsts.setdefault(pull.image, pull)
    return tuple(pull for pull in firsts.values() if pull.image != "scratch")


def _given(arguments: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, sign, value in (argument.partition("=") for argument in arguments) if sign}


def _stages(text: str, given: Mapping[str, str]) -> _Stages:
    budget = Budget()
    scope: dict[str, str] = {}
    starts: list[int] = []
    bases: list[str] = []
    found = instructions(text)
    for index, instruction in enumerate(found):
        if instruction.keyword == "FROM":
            starts.append(index)
            bases.append(_base(instruction, scope, budget))
        elif instruction.keyword == "ARG" and not starts:
            scope |= _declared(instruction, given, scope, budget)
        elif not starts:
            raise RunError("no build stage in current context")
    if not starts:
        raise RunError("file with no instructions")
    ends = (*starts[1:], len(found))
    spans = zip(starts, ends, bases, strict=True)
    return _Stages(_Stage(_name(found[start]), base, start, found[start:end]) for start, end, base in spans)


def _declared(
    instruction: Instruction, given: Mapping[str, str], scope: dict[str, str], budget: Budget
) -> dict[str, str]:
    declared: dict[str, str] = {}
    known = ChainMap(declared, scope)
    for word in instruction.words:
        name, sign, default = word.partition("=")
        if name in given:
            declared[name] = given[name]
        elif sign:
            declared[name] = _expanded(default.strip("\"'"), known, budget)
    return declared


def _base(instruction: Instruction, scope: Mapping[str, str], budget: Budget) -> str:
    if not instruction.words:
        raise RunError("FROM requires either one or three arguments")
    base = _expanded(instruction.words[0], scope, budget)
    if not base:
        raise RunError(f"base name ({instruction.words[0]}) should not be blank")
    return base


def _name(instruction: Instruction) -> str:
    match instruction.words:
        case (_, word, name) if word.lower() == "as":
            return name.lower()
        case (_,):
            return ""
        case _:
            raise RunError("FROM requires either one or three arguments")


def _target(stages: _Stages, target: str, *, buildkit: bool) -> int:
    if not target:
        return len(stages.all) - 1
    index = stages.index(len(stages.all), target)
    if index is None:
        missing = f'target stage "{target}" could not be found'
        raise RunError(missing if buildkit else f"failed to reach build target {target} in Dockerfile")
    return index


def _sources(stage: _Stage, *, buildkit: bool) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for offset, instruction in enumerate(stage.instructions):
        if instruction.keyword in {"COPY", "ADD"} and instruction.flag("from"):
            found.append((instruction.flag("from"), offset))
        if instruction.keyword == "RUN" and buildkit:
            mounts = (value for name, value in instruction.flags if name == "mount")
            found += [(match.group(1), offset) for mount in mounts if (match := _MOUNT_FROM.search(mount))]
    return tuple(found)


def _pulls_of(stages: _Stages, index: int, *, buildkit: bool) -> list[Pull]:
    stage = stages.all[index]
    found = [Pull(stage.base, stage.start + 1)] if stages.base(index) is None else []
    for source, offset in _sources(stage, buildkit=buildkit):
        if stages.index(index, source) is None:
            found.append(Pull(source, stage.start + offset + 1))
    return found


def _reachable(stages: _Stages, last: int) -> set[int]:
    wanted: set[int] = set()
    pending = {last}
    while pending:
        index = pending.pop()
        wanted.add(index)
        sources = (stages.index(index, source) for source, _ in _sources(stages.all[index], buildkit=True))
        pending |= {found for found in (stages.base(index), *sources) if found is not None} - wanted
    return wanted


def _expanded(text: str, scope: Mapping[str, str], budget: Budget) -> str:
    def spent(match: re.Match[str]) -> str:
        found = value(match)
        budget.spend(len(found))
        return found

    def value(match: re.Match[str]) -> str:
        name = match.group("name") or match.group("bare")
        if name is None:
            return "$"
        known = scope.get(name, "")
        if match.group("sign") == "-":
            return known or match.group("word")
        if match.group("sign") == "+":
            return match.group("word") if known else ""
        return known

    return _VARIABLE.sub(spent, text)
