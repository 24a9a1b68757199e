"""Reads the text of a task file into its values."""

from __future__ import annotations

from collections.abc import Callable

from acr_identity.emulator.runner.document import Fields, Node, Reader, first_document
from acr_identity.emulator.runner.run_errors import PanicError
from acr_identity.emulator.runner.taskfile.model import (
    Mount,
    Network,
    SecretEntry,
    TaskFile,
    TaskStep,
    Volume,
)
from acr_identity.emulator.runner.taskfile.validation import check_secrets_and_volumes

_NIL = "panic: runtime error: invalid memory address or nil pointer dereference"


def read_task_file(text: str, shown: Callable[[str], str] = str) -> TaskFile:
    r"""Read and check a task file. Unknown keys are ignored, and keys are case-sensitive.

    Args:
        text: The task file, filled in.
        shown: Applied to each value before it stands in a message.

    Raises:
        RunError: The text is not YAML, a value has the wrong kind, or a secret or a volume breaks a rule.

    >>> read_task_file("version: v1.1.0\nsteps: [{cmd: bash echo}]").steps[0].cmd
    'bash echo'
    """
    reader = Reader(shown)
    fields = reader.fields(first_document(text), "graph.Task")
    task = TaskFile(
        version=reader.text(fields.get("version")),
        steps=tuple(_step(reader, node) for node in _present(reader, fields, "steps", "[]*graph.Step")),
        step_timeout=reader.number(fields.get("stepTimeout")),
        secrets=tuple(_secret(reader, node) for node in _present(reader, fields, "secrets", "[]*secretmgmt.Secret")),
        networks=tuple(_network(reader, node) for node in _present(reader, fields, "networks", "[]*graph.Network")),
        volumes=tuple(_volume(reader, node) for node in _present(reader, fields, "volumes", "[]*volume.Volume")),
        env=reader.texts(fields.get("env")),
        working_directory=reader.text(fields.get("workingDirectory")),
    )
    reader.finish()
    check_secrets_and_volumes(task)
    return task


def _present(reader: Reader, fields: Fields, key: str, kind: str) -> tuple[Node, ...]:
    found = reader.items(fields.get(key), kind)
    present = tuple(node for node in found if node is not None)
    if len(present) < len(found):
        raise PanicError(_NIL)
    return present


def _secret(reader: Reader, node: Node) -> SecretEntry:
    fields = reader.fields(node, "secretmgmt.Secret")
    return SecretEntry(
        reader.text(fields.get("id")), reader.text(fields.get("keyvault")), reader.text(fields.get("clientID"))
    )


def _network(reader: Reader, node: Node) -> Network:
    fields = reader.fields(node, "graph.Network")
    return Network(
        reader.text(fields.get("name")),
        reader.text(fields.get("driver")),
        skips_creation=reader.flag(fields.get("skipCreation")),
        is_default=reader.flag(fields.get("isDefault")),
    )


def _volume(reader: Reader, node: Node) -> Volume:
    fields = reader.fields(node, "volume.Volume")
    files = tuple(reader.text_map(fields["secret"]).items()) if "secret" in fields else None
    return Volume(reader.text(fields.get("name")), files)


def _mount(reader: Reader, node: Node) -> Mount:
    fields = reader.fields(node, "volume.Mount")
    return Mount(reader.text(fields.get("name")), reader.text(fields.get("mountPath")))


def _step(reader: Reader, node: Node) -> TaskStep:
    fields = reader.fields(node, "graph.Step")
    get = fields.get
    _check_unused(reader, fields)
    return TaskStep(
        id=reader.text(get("id")),
        cmd=reader.text(get("cmd")),
        build=reader.text(get("build")),
        push=reader.texts(get("push")),
        working_directory=reader.text(get("workingDirectory")),
        network=reader.text(get("network")),
        cache=reader.text(get("cache")),
        mounts=tuple(_mount(reader, item) for item in _present(reader, fields, "volumeMounts", "[]*volume.Mount")),
        env=reader.texts(get("env")),
        when=reader.texts(get("when")),
        timeout=reader.number(get("timeout")),
        start_delay=reader.number(get("startDelay")),
        retry_delay=reader.number(get("retryDelay")),
        retries=reader.number(get("retries")),
        repeat=reader.number(get("repeat")),
        ignores_errors=reader.flag(get("ignoreErrors")),
        pulls=reader.flag(get("pull")),
    )


def _check_unused(reader: Reader, fields: Fields) -> None:
    for key in ("entryPoint", "user", "isolation", "cpus"):
        reader.text(fields.get(key))
    for key in ("expose", "ports", "retryOnErrors"):
        reader.texts(fields.get(key))
    for key in ("keep", "detach", "privileged", "disableWorkingDirectoryOverride"):
        reader.flag(fields.get(key))
    for key in ("exitedWith", "exitedWithout"):
        for item in reader.items(fields.get(key), "[]int"):
            reader.number(item)
    for key in ("cmdDownloadRetries", "cmdDownloadRetryDelay"):
        reader.number(fields.get(key))
