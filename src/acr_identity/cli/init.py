"""`init`: the files to start from."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import example
from acr_identity.errors import ExitCode, SettingsError

FLOWS: Mapping[str, tuple[str, str]] = {
    "cross-registry": ("helloworldtask", ""),
    "key-vault": ("dockerhubtask", " --set PrivateRepo=hubuser/hubrepo"),
}
"""What `init` can write: the name of its task, and what a run of it needs besides."""

IDENTITIES = ("user", "system")
"""Whose identity the task gets: one that other tasks may share, or one of its own."""

_WORLD = "world.yaml"


@click.command("init", epilog=example("acr-identity init cross-registry --identity system hello"))
@click.argument("flow", type=click.Choice(tuple(FLOWS)))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--identity",
    type=click.Choice(IDENTITIES),
    default=IDENTITIES[0],
    show_default=True,
    help="Whose identity the task has: a user-assigned one, or its own.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.pass_obj
def init(console: Console, flow: str, folder: Path, identity: str, *, force: bool) -> ExitCode:
    """Write a spec to start from, with its task file and a world.

    `cross-registry` is a task that builds on a base image of another registry; `key-vault` is one that reads the
    Docker Hub login from a key vault. The world is what exists at first for the emulator. FOLDER is the current one by
    default.
    """
    task, values = FLOWS[flow]
    files = {folder / name: content for name, content in _files(flow, identity).items()}
    _check_free(files, force=force)
    _write(files)
    spec = shlex.quote(str(folder / "spec.yaml"))
    console.result("\n".join([*(f"wrote {path}" for path in files), "", _next_commands(spec, f"{task}{values}")]))
    return ExitCode.DONE


def _files(flow: str, identity: str) -> dict[str, bytes]:
    from importlib import resources

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
