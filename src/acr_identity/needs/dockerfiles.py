"""Dockerfiles: which images a build pulls, and what the task runner's own scanner makes of them.

A run builds with docker's older builder unless it is told to use BuildKit. The older one makes every stage up to the
target; BuildKit only those that the target needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from acr_identity.needs.codes import Code
from acr_identity.needs.dockerfile_lines import Instruction, instructions_of, replaced, syntax_of
from acr_identity.needs.holes import Holes
from acr_identity.needs.report import Report
from acr_identity.needs.scanner import scan
from acr_identity.needs.traced import Lines, Traced
from acr_identity.needs.values import At, Needs

SCRATCH = "scratch"
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w{1,256})(?::?(?P<how>[-+?])(?P<other>[^}]{0,1024}))?\}|(?P<plain>\w+))")
_OPTION = re.compile(r"--(?P<name>[\w-]+)(?:=(?P<value>\S+))?\s*")


@dataclass(frozen=True, slots=True)
class Build:
    """How a Dockerfile is built.

    Args:
        arguments: the build arguments that are given.
        target: the stage that is wanted; empty for the last one.
        by_buildkit: whether BuildKit builds.
    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    by_buildkit: bool = False


@dataclass(slots=True)
class _Stage:
    """A stage: what it is called, which others it needs, and which images it pulls."""

    name: str
    needs: set[int] = field(default_factory=set)
    images: list[tuple[str, At]] = field(default_factory=list)


def read_dockerfile(text: str, file: str, build: Build, holes: Holes, local: AbstractSet[str] = frozenset()) -> Needs:
    """Return what building a Dockerfile needs. Never raises: what is wrong is among the faults.

    Args:
        text: the Dockerfile.
        file: its name.
        build: how it is built.
        holes: why values are not known.
        local: the full names of the images that the agent has.
    """
    report = Report(file, Lines.of(text), Traced.of(text), holes, local=set(local))
    scan(text, build.arguments, report)
    instructions = tuple(instructions_of(text))
    stages = tuple(_Stages(build, report).read(instructions))
    for stage in _made(stages, build):
        for image, at in stage.images:
            report.use(image, at)
    syntax = syntax_of(text)
    if syntax is not None and build.by_buildkit:
        report.pull(syntax.text, report.at(syntax.offset))
    return report.result()


def _made(stages: tuple[_Stage, ...], build: Build) -> Iterator[_Stage]:
    """Yield the stages that are made for the target."""
    wanted = [at for at, stage in enumerate(stages) if stage.name == build.target.lower() or str(at) == build.target]
    last = wanted[-1] if build.target and wanted else len(stages) - 1
    if not build.by_buildkit:
        yield from stages[: last + 1]
        return
    open_, made = [last] if stages else [], set[int]()
    while open_:
        at = open_.pop()
        if at not in made:
            made.add(at)
            open_ += stages[at].needs
    yield from (stages[at] for at in sorted(made))


@dataclass(slots=True)
class _Stages:
    build: Build
    report: Report
    arguments: dict[str, str] = field(default_factory=dict)
    stages: list[_Stage] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def read(self, instructions: tuple[Instruction, ...]) -> list[_Stage]:
        for one in instructions:
            match one.name:
                case "ARG" if not self.stages:
                    self._argument(one)
                case "FROM":
                    self._begin(one)
                case "COPY" | "ADD" | "RUN" if self.stages:
                    self._uses(one)
                case _:
                    pass
        return self.stages

    def _argument(self, one: Instruction) -> None:
        for part in one.text.split():
            name, equals, value = part.partition("=")
            if name in self.build.arguments:
                self.arguments[name] = self.build.arguments[name]
            elif equals and name not in self.arguments:
                self.arguments[name] = self._expanded(_unquoted(value))

    def _begin(self, one: Instruction) -> None:
        rest = _OPTION.sub("", one.text) if one.text.startswith("--") else one.text
        words = rest.split()
        if not words:
            return
        name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""  # noqa: PLR2004 - X as Y
        stage = _Stage(name)
        self._depend(stage, self._expanded(_unquoted(words[0])), one)
        if name:
            self.names[name] = len(self.stages)
        self.stages.append(stage)

    def _uses(self, one: Instruction) -> None:
        stage, text = self.stages[-1], one.text
        while option := _OPTION.match(text):
            text = text[option.end() :]
            name, value = option["name"], option["value"] or ""
            if name == "from" and one.name != "RUN":
                self._depend(stage, _unquoted(value), one)
            elif name == "mount" and one.name == "RUN":
                self._mount(stage, value, one)

    def _mount(self, stage: _Stage, value: str, one: Instruction) -> None:
        if not self.build.by_buildkit:
            message = "RUN --mount needs BuildKit, and a run builds with docker's older builder."
            fix = 'Give the step env: ["DOCKER_BUILDKIT=1"].'
            self.report.fault(Code.NEEDS_BUILDKIT, message, fix, self.report.at(one.offset))
        for part in value.split(","):
            key, _, source = part.partition("=")
            if key == "from":
                self._depend(stage, source, one)

    def _depend(self, stage: _Stage, image: str, one: Instruction) -> None:
        """Note that a stage is made from an earlier one, or from an image."""
        if image.lower() in self.names:
            stage.needs.add(self.names[image.lower()])
        elif image.isdigit() and int(image) < len(self.stages) and one.name != "FROM":
            stage.needs.add(int(image))
        elif image.lower() != SCRATCH:
            at = self.report.at(one.offset)
            if "$" in image:
                self.report.hide(f"what {one.name} takes its files from is made in the build", at)
            elif image:
                stage.images.append((image, at))

    def _expanded(self, text: str) -> str:
        return replaced(_VARIABLE, self._value, text)

    def _value(self, found: re.Match[str]) -> str:
        value = self.arguments.get(found["braced"] or found["plain"], "")
        match found["how"]:
            case "-":
                return value or found["other"]
            case "+":
                return found["other"] if value else ""
            case _:
                return value


def _unquoted(text: str) -> str:
    return text.strip("'\"")
