"""Task files, as the task runner reads them: what a run pulls, pushes and reads, and what it will refuse.

The order is the runner's (Azure/acr-builder, `cmd/acb/commands/exec`): comments go, aliases are replaced in the text,
then templates, and only what comes out is YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from acr_identity.needs.aliases import (
    BUILT_IN,
    AliasError,
    Aliases,
    apart,
    has_aliases,
    read_aliases,
    replaced,
    version_of,
)
from acr_identity.needs.builds import Dockerfiles
from acr_identity.needs.codes import Code
from acr_identity.needs.expressions import Surroundings
from acr_identity.needs.holes import without_holes
from acr_identity.needs.nodes import Node, UnreadableYamlError, entry, items, read_nodes
from acr_identity.needs.report import ALIASES_SINCE, Report
from acr_identity.needs.steps import StepReader
from acr_identity.needs.task_secrets import read_secrets
from acr_identity.needs.templates import TemplateFault, render
from acr_identity.needs.traced import Lines, TooLongError, Traced
from acr_identity.needs.values import Fault, Needs
from acr_identity.spec.mistakes import quoted
from acr_identity.spec.places import Place

_VERSIONS = ("1.0-preview-1", "v1.0.0", ALIASES_SINCE)
_LONGEST = 64 << 10


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What is known of a task beside its file.

    Args:
        registry: the login server of the task's own registry; empty if that is not known.
        name: the name of the task.
        values: the values of the task; one that is not known, such as a secret, is `None`.
        system: the operating system and the processor, as a run calls them.
        dockerfiles: names and texts of the Dockerfiles at hand, by context and path.
    """

    registry: str = ""
    name: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)
    system: tuple[str, str] = ("linux", "amd64")
    dockerfiles: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def surroundings(self) -> Surroundings:
        """Return what templates can be replaced by."""
        found = Surroundings({}, {})
        unknown = {
            name: found.holes.of(f"the value {name} is not known here")
            for name, value in self.values.items()
            if value is None
        }
        values = {name: value for name, value in self.values.items() if value is not None}
        run = {"Registry": self.registry, "RegistryName": self.registry.partition(".")[0], "TaskName": self.name}
        known = {key: value for key, value in run.items() if value}
        known |= {"OS": self.system[0], "Architecture": self.system[1]}
        return Surroundings({**values, **unknown}, known, found.holes)


def read_task_file(text: str, file: str, context: TaskContext | None = None) -> Needs:
    """Return what the runs of a task file need, as far as that is known before them.

    Never raises: what is wrong with the file is among the faults, what is not seen among the unseen.

    >>> found = read_task_file("steps: [{push: [a.azurecr.io/web:1]}]", "task.yaml")
    >>> [f"{need.image.server}/{need.image.repository} at {need.at}" for need in found.needs]
    ['a.azurecr.io/web at task.yaml:1:17']
    """
    context = context or TaskContext()
    surroundings = context.surroundings()
    source = without_holes(text)
    report = Report(file, Lines.of(source), Traced.of(source), surroundings.holes)
    try:
        _Reader(context, surroundings, report).read()
    except TooLongError:
        report.hide("the file becomes too long to be read when all is replaced in it", report.at(0))
    return report.result()


@dataclass(slots=True)
class _Reader:
    context: TaskContext
    surroundings: Surroundings
    report: Report
    aliases: Aliases = field(default_factory=Aliases)

    def read(self) -> None:
        report = self.report
        report.text = _without_comments(report.text)
        version, offset = version_of(report.text.text)
        at = report.at(offset)
        is_aliased = has_aliases(version)
        if (is_aliased and not self._take_aliases()) or not self._take_templates():
            return
        try:
            tree = read_nodes(report.text.text)
        except UnreadableYamlError as error:
            mistake = error.mistake
            place = Place(max(mistake.line, 1), max(mistake.column, 1))
            offset = Lines.of(report.text.text).offset(place)
            report.fault(Code.NOT_YAML, mistake.message, mistake.fix, report.at(offset))
            return
        if not items(entry(tree, "steps")):
            # It may be any file, with secrets in it: nothing of it is quoted.
            read_secrets(tree, report)
            message = "The file has no steps, so a run does nothing."
            report.faults[:] = [Fault(Code.NO_STEPS.value, message, "Add a list `steps`.", report.at(0))]
            return
        if version and version.lower() not in _VERSIONS:
            message = f"The version {quoted(version)} is none that a run knows."
            report.fault(Code.UNKNOWN_VERSION, message, f"Write {ALIASES_SINCE}.", at)
        self._read_tree(tree, self.aliases if is_aliased else None)

    def _take_aliases(self) -> bool:
        """Replace the aliases; return whether the file can be read any further."""
        self._cut_long_line()
        block, rest = apart(self.report.text)
        rendered = render(block, self.surroundings)
        if isinstance(rendered, TemplateFault):
            self.report.text = block
            return self._stop(rendered)
        try:
            self.aliases = read_aliases(rendered.text)
        except AliasError as error:
            self.report.fault(Code.ALIAS, str(error), "Mend the block `alias`.", self.report.at(0, block))
            return False
        self.report.text = replaced(rest, self.aliases, self._elsewhere)
        return True

    def _elsewhere(self) -> str:
        return self.surroundings.holes.of("the alias may be defined in a file that is not at hand")

    def _cut_long_line(self) -> None:
        """Leave out what the runner does not read: all from the first line on that is too long for it."""
        begin = 0
        for line in self.report.text.text.split("\n"):
            if len(line.encode()) >= _LONGEST:
                message = "A run reads the file only up to this line, which is longer than 64 KiB."
                self.report.fault(Code.LONG_LINE, message, "Break the line.", self.report.at(begin))
                self.report.text = self.report.text.between(0, begin)
                return
            begin += len(line) + 1

    def _take_templates(self) -> bool:
        rendered = render(self.report.text, self.surroundings)
        if isinstance(rendered, TemplateFault):
            return self._stop(rendered)
        self.report.text = rendered
        return True

    def _stop(self, fault: TemplateFault) -> bool:
        at = self.report.at(fault.offset)
        if fault.is_refused:
            self.report.fault(Code.TEMPLATE, fault.message, fault.fix, at)
        self.report.hide("the rest of the file depends on a template that is not read here", at)
        return False

    def _read_tree(self, tree: Node | None, aliases: Aliases | None) -> None:
        words = {**BUILT_IN, **aliases.values} if aliases else {}
        read_secrets(tree, self.report)
        StepReader(self.report, self.context, words, Dockerfiles(self.context.dockerfiles)).read(tree)


def _without_comments(text: Traced) -> Traced:
    changes = []
    begin = 0
    for line in text.text.split("\n"):
        end = min(begin + len(line) + 1, len(text.text))
        if line.strip().startswith("#"):
            changes.append((begin, end, ""))
        begin = end
    return text.replaced(changes)
