"""What is found in the files of a spec's tasks: what a run will refuse or misread, and what the spec does not give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from acr_identity.errors import PlacedMistake
from acr_identity.ids import CLOUDS, PUBLIC_CLOUD
from acr_identity.needs.codes import Code
from acr_identity.needs.comparison import Given, Names, ambiguous, missing, unneeded
from acr_identity.needs.task_files import TaskContext, read_task_file
from acr_identity.needs.values import Fault, Needs
from acr_identity.spec import Spec, TaskFile, command_file
from acr_identity.spec.mistakes import KeyPath, Mistake


@dataclass(frozen=True, slots=True)
class Finding(PlacedMistake):
    """Something that is wrong with a task, or odd about it, before it runs.

    Args:
        task: the task of the spec.
        is_error: whether a run ends because of it. Otherwise it goes on, and does not what was meant.
    """

    task: str = ""
    is_error: bool = False


def findings_of(spec: Spec) -> tuple[Finding, ...]:
    """Return what is found in the task files and commands of a spec, task by task.

    Registries and vaults are taken for those that have the hosts that Azure gives by default.
    """
    names = names_in(spec)
    return tuple(found for name in sorted(spec.tasks) for found in findings_of_task(spec, name, names))


def names_in(spec: Spec, servers: Mapping[str, str] | None = None) -> Names:
    """Return what hosts are called in a spec; `servers` has the login servers that were read, by key."""
    return Names(
        {spec.registry_id(key).name.lower(): key for key in spec.registries},
        {spec.vault_id(key).name.lower(): key for key in spec.vaults},
        servers or {},
    )


def needs_of(spec: Spec, name: str, server: str) -> Needs | None:
    """Return what the file or the command of a task needs; `None` if it is not on this machine.

    Args:
        spec: the spec.
        name: the task.
        server: the login server of the task's registry.
    """
    task = spec.tasks[name]
    match task.file or task.command:
        case TaskFile(path=path, content=content):
            file, text = str(Path(spec.placed(Mistake("")).file).parent / path), content
        case str() as command:
            file, text = "", command_file(command)
        case _:
            return None
    platform = task.platform
    system = (platform.os.lower(), platform.architecture) if platform else ("linux", "amd64")
    values = tuple((key, value if isinstance(value, str) else None) for key, value in sorted(task.values.items()))
    return _read(text, file, server, name if "TaskName" in text else "", values, system)


@lru_cache(maxsize=1 << 10)
def _read(
    text: str, file: str, server: str, name: str, values: tuple[tuple[str, str | None], ...], system: tuple[str, str]
) -> Needs:
    """Read a file once for all tasks that it is the same for: hundreds of tasks may have one file."""
    return read_task_file(text, file, TaskContext(server, name, dict(values), system))


def findings_of_task(spec: Spec, name: str, names: Names, logins: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Yield what is found in the file or the command of a task.

    Args:
        spec: the spec.
        name: the task.
        names: what hosts are called in the spec.
        logins: the login servers for which others gave the task a credential, in lower case.
    """
    task = spec.tasks[name]
    cloud = CLOUDS[spec.cloud] if spec.cloud else PUBLIC_CLOUD
    by_default = f"{spec.registry_id(task.registry).name.lower()}.{cloud.registry_suffix}"
    needs = needs_of(spec, name, names.servers.get(task.registry, by_default))
    if needs is None:
        return
    given = Given(task, names, logins | frozenset(needs.logins))
    for fault in (*needs.faults, *ambiguous(needs, task), *missing(needs, given)):
        if fault.code not in task.silence:
            yield _placed(spec, name, fault)
    for one in unneeded(needs, given) if Code.NOT_NEEDED.value not in task.silence else ():
        yield _in_spec(spec, name, one.path, Code.NOT_NEEDED, one.message, one.fix)


def _placed(spec: Spec, name: str, fault: Fault) -> Finding:
    code = Code(fault.code)
    if not fault.at.file:
        return _in_spec(spec, name, ("command",), code, fault.message, fault.fix)
    place = fault.at.place
    return Finding(
        fault.message,
        fault.fix,
        fault.at.file,
        place.line,
        place.column,
        code=fault.code,
        task=name,
        is_error=code.is_refused,
    )


def _in_spec(spec: Spec, name: str, path: KeyPath, code: Code, message: str, fix: str) -> Finding:
    at = spec.placed(Mistake(message, fix, ("tasks", name, *path)))
    return Finding(
        message, fix, at.file, at.line, at.column, at.path, code=code.value, task=name, is_error=code.is_refused
    )
