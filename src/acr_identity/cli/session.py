"""A provisioner for a command: the cloud or the emulator that its options name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.cli.console import Console
from acr_identity.cli.options import Settings
from acr_identity.cli.progress_lines import ProgressLines, RequestLines
from acr_identity.errors import SettingsError
from acr_identity.ids import CLOUD_VARIABLE, CLOUDS, PUBLIC_CLOUD, Cloud
from acr_identity.provisioner import Provisioner
from acr_identity.provisioner.clouds import cloud_of_the_environment, load_cloud
from acr_identity.render.escape import visible
from acr_identity.spec import Spec
from acr_identity.spec.files import is_below, is_file, own_folders

if TYPE_CHECKING:
    from acr_identity.emulator import Settings as EmulatorSettings

_WORLD = "world.yaml"
_LINE_SECONDS = 0.02
_STATE = Path(".acr_identity", "emulator.json")


def open_provisioner(settings: Settings, spec: Spec, console: Console) -> Provisioner:
    """Return a provisioner that tells the console what it does.

    Raises:
        SettingsError: the cloud or a file of the emulator cannot be used.
        SpecError: the cloud file or the world file is invalid.
    """
    progress = ProgressLines(console)
    on_request = RequestLines(console) if settings.verbose else None
    if not settings.emulator:
        return Provisioner(
            cloud=_cloud(settings, spec, console),
            concurrency=settings.concurrency,
            progress=progress,
            on_request=on_request,
        )
    return Provisioner.emulated(
        _world(settings),
        state=_state(settings),
        settings=_pace(),
        concurrency=settings.concurrency,
        progress=progress,
        on_request=on_request,
    )


def _cloud(settings: Settings, spec: Spec, console: Console) -> Cloud:
    """Return the cloud that the option names, else the environment, else the spec, else the public one."""
    named = load_cloud(settings.cloud) if settings.cloud else cloud_of_the_environment()
    if named is None:
        return CLOUDS[spec.cloud] if spec.cloud else PUBLIC_CLOUD
    if spec.cloud not in {None, named.name}:
        by = "--cloud" if settings.cloud else CLOUD_VARIABLE
        console.tell(f"note: the spec is for {spec.cloud}; {by} goes before it and names {visible(named.name)}")
    return named


def _pace() -> EmulatorSettings:
    """Let a log grow while one looks on, at a pace that costs little time."""
    from acr_identity.emulator import Settings as EmulatorSettings  # noqa: PLC0415 - only where it is asked for

    return EmulatorSettings(line_seconds=_LINE_SECONDS)


def _world(settings: Settings) -> Path | None:
    beside = settings.spec.parent / _WORLD
    if settings.world or not is_file(beside):
        return settings.world
    # Whoever writes the spec may have put it there, so it is one of the spec's own files.
    if not is_below(beside, own_folders(settings.spec.parent, settings.files_from)):
        raise SettingsError(f"{beside} leads out of the repository of the spec", advice="Name it with --world.")
    return beside


def _state(settings: Settings) -> Path:
    return settings.state or settings.spec.parent / _STATE
