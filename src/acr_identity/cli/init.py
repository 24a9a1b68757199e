"""`init`: the files to start from."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from acr_identity.cli.console import Console
from acr_identity.errors import ExitCode, SettingsError

FLOWS: Mapping[str, tuple[str, str]] = {
    "cross-registry": ("helloworldtask", ""),
    "key-vault": ("dockerhubtask", " --set PrivateRepo=hubuser/hubrepo"),
}
"""What `init` can write: the name of its task, and what a run of it needs besides."""

IDENTITIES = ("user", "system")
"""Whose identity the task gets: one that other tasks may share, or one of its own."""

_WORLD = "world.yaml"


def init(console: Console, flow: str, identity: str, folder: Path, *, force: bool) -> ExitCode:
    """Write the files of a flow, none if one is there already, and print what to try next.

    Raises:
        SettingsError: a file is there already and `force` is not set, or one cannot be written.
    """
    task, values = FLOWS[flow]
    files = {folder / name: content for name, content in _files(flow, identity).items()}
    _check_free(files, force=force)
    _write(files)
    spec = shlex.quote(str(folder / "spec.yaml"))
    console.result("\n".join([*(f"wrote {path}" for path in files), "", _next_commands(spec, f"{task}{values}")]))
    return ExitCode.DONE


def _files(flow: str, identity: str) -> dict[str, bytes]:
    task, _ = FLOWS[flow]
    source = resources.files("acr_identity.cli") / "templates" / flow
    names = {"spec.yaml": f"spec-{identity}.yaml", f"{task}.yaml": f"{task}.yaml", _WORLD: _WORLD}
    return {name: (source / template).read_bytes() for name, template in names.items()}


def _check_free(files: Mapping[Path, bytes], *, force: bool) -> None:
    taken = [] if force else [str(path) for path in files if path.exists()]
    if taken:
        raise SettingsError(
            f"there is already {', '.join(taken)}", advice="Name another folder, or overwrite with --force."
        )


def _write(files: Mapping[Path, bytes]) -> None:
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error.strerror}") from error


def _next_commands(spec: str, task: str) -> str:
    return "\n".join(
        (
            "Try it without Azure:",
            f"  acr-identity plan {spec} --emulator",
            f"  acr-identity apply {spec} --emulator",
            f"  acr-identity run {spec} {task} --emulator",
            "Then put your own names into the files, and leave --emulator out.",
        )
    )
