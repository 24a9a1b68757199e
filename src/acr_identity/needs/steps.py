"""The steps of a task file: what each needs, and what the runner refuses of it or passes over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.needs import nodes
from acr_identity.needs.builds import Dockerfiles, read_build
from acr_identity.needs.codes import Code
from acr_identity.needs.commands import CommandReader
from acr_identity.needs.holes import has_hole, shown
from acr_identity.needs.images import image_of
from acr_identity.needs.nodes import Node, Scalar, entry, items, text_of
from acr_identity.needs.report import Report
from acr_identity.needs.shell import commands_of
from acr_identity.needs.step_checks import check_step, check_top, environment_of
from acr_identity.needs.values import At
from acr_identity.spec.mistakes import quoted

if TYPE_CHECKING:
    from acr_identity.needs.task_files import TaskContext

_BUILDKIT = "DOCKER_BUILDKIT=1"
_MOST_READ = 1 << 20
"""How many characters of commands are read of a file."""
_THROUGH_THE_SHELL = ("user", "network", "isolation", "cpus", "entryPoint", "workingDirectory")
_SPECIAL = re.compile(r"[\s;|&()<>`$'\"\\]")


@dataclass(slots=True)
class StepReader:
    """Reads all steps of a file into a report."""

    report: Report
    context: TaskContext
    words: Mapping[str, str]
    dockerfiles: Dockerfiles
    builds_by_buildkit: At | None = None
    left: int = _MOST_READ

    def read(self, tree: Node | None) -> None:
        """Say what the steps need."""
        check_top(tree, self.report)
        ids: set[str] = set()
        everywhere = environment_of(tree)
        common = (*{_BUILDKIT} & set(everywhere), *filter(None, [next(filter(_SPECIAL.search, everywhere), "")]))
        seen: set[int] = set()
        for number, step in enumerate(items(entry(tree, "steps"))):
            if id(step) in seen:  # an alias of YAML: what it needs is known
                continue
            seen.add(id(step))
            if isinstance(step, nodes.Mapping):
                check_step(step, number, ids, self.report)
                self._read(step, common)
            elif not (isinstance(step, Scalar) and step.is_null):
                at = self.report.at(step.offset)
                self.report.fault(Code.WRONG_KIND, "A step is no mapping.", "Give it `cmd`, `build` or `push`.", at)
        if self.report.logins and self.builds_by_buildkit:
            message = "BuildKit does not see a login that is made in the file: the run fails when it has built."
            fix = "Give the task the login: `pull` in the spec, or `credentials`."
            self.report.fault(Code.LOGIN_UNSEEN_BY_BUILDKIT, message, fix, self.builds_by_buildkit)

    def _read(self, step: nodes.Mapping, common: Sequence[str]) -> None:
        environment = (*environment_of(step), *common)
        self._check_shell(step, environment)
        for key, read in (("cmd", self._command), ("build", self._build)):
            value = entry(step, key)
            if isinstance(value, Scalar) and not value.is_null:
                read(value, step, environment)
        for value in items(entry(step, "push")):
            if isinstance(value, Scalar) and not value.is_null:
                self.report.push(value.text, self.report.at(value.offset))

    def _check_shell(self, step: nodes.Mapping, environment: Sequence[str]) -> None:
        """Say where a setting of a step is no single word, so that the shell of the agent takes it apart."""
        given = [("env", text) for text in environment]
        given += [(key, text_of(entry(step, key)) or "") for key in _THROUGH_THE_SHELL]
        for key, text in given:
            if found := _SPECIAL.search(text):
                at = self.report.at(step.offset)
                message = f"The shell of the agent takes `{key}` apart at {quoted(found[0])}."
                self.report.fault(Code.WORDS_OF_THE_SHELL, message, "Leave such characters out.", at)
                self.report.hide(f"the step runs what is left of its `{key}`", at)
                return

    def _command(self, value: Scalar, _: nodes.Mapping, environment: Sequence[str]) -> None:
        line, moved = self._with_image(value.text)
        at = self._places(value, moved)
        self.left -= len(line)
        if self.left < 0:
            self.report.hide("the commands of the file are too long to be read", at(0))
            return
        reader = CommandReader(self.report, self.dockerfiles, self.context.registry)
        reader.read(line, at, environment)

    def _with_image(self, text: str) -> tuple[str, int]:
        """Return a command with the image in place of an alias, and by how much what follows has moved."""
        line = text.strip()
        head, blank, rest = line.partition(" ")
        if head not in self.words:
            return text, 0
        image = self.words[head]
        return f"{image}{blank}{rest}", len(image) - len(head) - (len(text) - len(text.lstrip()))

    def _places(self, value: Scalar, moved: int) -> Callable[[int], At]:
        """Return the place of each offset of a text, exactly where the file has it as it is."""
        begin = value.offset if value.is_plain else value.offset + 1
        is_exact = self.report.text.text.startswith(value.text, begin)

        def at(offset: int) -> At:
            inside = max(0, offset - moved) if is_exact else 0
            return self.report.at(begin + inside if is_exact else value.offset)

        return at

    def _build(self, value: Scalar, step: nodes.Mapping, environment: Sequence[str]) -> None:
        at = self.report.at(value.offset)
        is_cached = (text_of(entry(step, "cache")) or "").lower() == "enabled"
        by_buildkit = is_cached or _BUILDKIT in environment
        if by_buildkit:
            self.builds_by_buildkit = at
        first, *others = commands_of(value.text) or ((),)
        tags = read_build(first, at, self.report, self.dockerfiles, by_buildkit=by_buildkit)
        if others:
            self.report.hide("the shell of the agent takes the build apart", at)
        if is_cached:
            self._cache(tags, at)

    def _cache(self, tags: Sequence[str], at: At) -> None:
        """Note the cache that a run keeps beside the first image that names a registry, else in its own."""
        images = [image for tag in tags if (image := image_of(tag))]
        named = next((tag for tag, image in zip(tags, images, strict=False) if tag.startswith(f"{image.server}/")), "")
        name = named or (f"{self.context.registry}/{tags[0]}" if tags and self.context.registry else "")
        if not name:
            return
        if has_hole(shown(name)):
            return
        self.report.push(name, at)
        self.report.hide("a cache that may not be read is no failure", at)
