"""The rules that a task file must keep, with the runner's own words for each."""

from __future__ import annotations

import re
from uuid import UUID

from acr_identity.emulator.runner.gotext import quoted
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.taskfile.model import Mount, SecretEntry, TaskFile, TaskStep, Volume

_VERSIONS = frozenset({"1.0-preview-1", "v1.0.0", "v1.1.0"})
_VOLUME_NAME = re.compile(r"\A[a-zA-Z0-9\-_]+\Z")
_FILE_NAME = re.compile(r"\A[a-zA-Z0-9\-_.]+\Z")
_AT_ONCE = "-"
_ROOT = "acb_root"


def check_secrets_and_volumes(task: TaskFile) -> None:
    """Check what is checked in each pass: the entries of `secrets`, `volumes` and the steps' `volumeMounts`.

    Raises:
        RunError: The first rule that is broken. Source: acr-builder, `Task.Validate` in graph/task.go.
    """
    seen: set[str] = set()
    for secret in task.secrets:
        _check_secret(secret)
        if secret.id in seen:
            raise RunError(f"duplicate secret found with ID: {secret.id}")
        seen.add(secret.id)
    names: set[str] = set()
    for volume in task.volumes:
        _check_volume(volume)
        if volume.name in names:
            raise RunError("volume with duplicate name found")
        names.add(volume.name)
    for mount in (mount for step in task.steps for mount in step.mounts):
        if mount.name not in names:
            raise RunError(f"mount name, {mount.name}, does not correspond to a volume")


def _check_secret(secret: SecretEntry) -> None:
    if not secret.id:
        raise RunError("secret is missing an ID as well as auto-generated ID")
    problem = _problem_of(secret)
    if problem:
        raise RunError(f"failed to validate secret with ID: {secret.id}: {problem}")


def _problem_of(secret: SecretEntry) -> str:
    if _has_space(secret.id):
        return "secret ID cannot contain spaces"
    if not secret.keyvault:
        return (
            "secret should contain either keyvault property for vault secret,"
            " or msi clientID/aadResourceId for msi authentication"
        )
    return "msi client ID is not a valid guid" if secret.client_id and not _is_guid(secret.client_id) else ""


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _check_volume(volume: Volume) -> None:
    if not volume.name:
        raise RunError("volume name is empty")
    if not _VOLUME_NAME.match(volume.name):
        raise RunError("volume name is not well formed. Only use alphanumeric and - _")
    if volume.files is None:
        raise RunError("currently only support for source type secret")
    if not volume.files:
        raise RunError("secret is empty")
    for name, _value in volume.files:
        if not name:
            raise RunError("secret name provided for value is empty")
        if not _FILE_NAME.match(name):
            raise RunError(f"file name, {name}, is not well formed. Only use alphanumeric and - _ .")


def check_version(version: str) -> None:
    """Check the version, in whatever case.

    Raises:
        RunError: No runner knows it.
    """
    if version.lower() not in _VERSIONS:
        raise RunError(f'invalid version specified: {quoted(version)}, the current version is "v1.0.0"')


def check_order(steps: tuple[TaskStep, ...]) -> None:
    """Check the steps one by one and what each of them waits for: only steps before it.

    Raises:
        RunError: The first rule that is broken. Source: acr-builder, graph/dag.go.
    """
    known: set[str] = set()
    for step in steps:
        _check_step(step)
        if step.id == _ROOT:
            raise RunError(f"{_ROOT} is a reserved ID, it can't be used")
        if step.id in known:
            raise RunError(f"{step.id} already exists as a vertex")
        known.add(step.id)
        _check_edges(step, known)


def _check_edges(step: TaskStep, known: set[str]) -> None:
    if step.when == (_AT_ONCE,):
        return
    for before in step.when:
        if not before:
            raise RunError("from cannot be empty")
        if before not in known and before != _ROOT:
            raise RunError(f"{before} does not exist as a vertex [from: {before}, to: {step.id}]")


def _check_step(step: TaskStep) -> None:
    kinds = sum((bool(step.cmd), bool(step.build), bool(step.push)))
    if step.retries < 0:
        raise RunError("step must specify retries >= 0")
    if step.repeat < 0:
        raise RunError("step must specify repeat >= 0")
    if kinds > 1:
        raise RunError("step must only contain a single build, cmd, or push property")
    if _has_space(step.id):
        raise RunError("step ID cannot contain spaces")
    if kinds == 0:
        raise RunError("step is missing a cmd, build, or push property")
    _check_mounts(step)
    _check_when(step)
    if step.cache and step.cache.lower() not in {"enabled", "disabled"}:
        raise RunError("invalid value for cache property. Valid values are 'enabled', 'disabled'")


def _check_mounts(step: TaskStep) -> None:
    if step.mounts and not step.cmd:
        raise RunError("invalid use of Mounts. Mounts must have unique container paths and used for CMD steps")
    paths: set[str] = set()
    for mount in step.mounts:
        _check_mount(mount, paths)
        paths.add(mount.path)


def _check_mount(mount: Mount, paths: set[str]) -> None:
    if not mount.name or not mount.path:
        raise RunError("mount name or container file path is empty")
    if mount.path in paths:
        raise RunError("mount with duplicate container file path found")


def _check_when(step: TaskStep) -> None:
    for before in step.when:
        if before == _AT_ONCE and len(step.when) > 1:
            raise RunError("step cannot contain other IDs in when if the immediate execution token is specified")
        if before == step.id:
            raise RunError(f"Step ID: {step.id} is self-referenced")


def _has_space(text: str) -> bool:
    return any(character.isspace() for character in text)
