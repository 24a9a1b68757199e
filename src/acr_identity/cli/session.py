"""A provisioner for a command: the cloud or the emulator that its options name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.cli.console import Console
from acr_identity.cli.options import Settings
from acr_identity.cli.watching import ProgressLines, RequestLines
from acr_identity.errors import SettingsError
from acr_identity.ids import CLOUDS, PUBLIC_CLOUD, Cloud
from acr_identity.provisioner import Provisioner
from acr_identity.provisioner.clouds import CLOUD_VARIABLE, load_cloud
from acr_identity.spec import Spec
from acr_identity.spec.files import is_file, own_folders, place_below

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
            cloud=choose_cloud(settings, spec),
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


def choose_cloud(settings: Settings, spec: Spec) -> Cloud:
    """Return the cloud that the option names, else the spec, else the environment, else the public one.

    A file that the spec names is relative to the spec.
    """
    if settings.cloud:
        return load_cloud(settings.cloud)
    if spec.cloud:
        beside = settings.spec.parent / spec.cloud
        return load_cloud(beside if spec.cloud not in CLOUDS and beside.exists() else spec.cloud)
    named = os.environ.get(CLOUD_VARIABLE)
    return load_cloud(named) if named else PUBLIC_CLOUD


def _pace() -> EmulatorSettings:
    """Let a log grow while one looks on, at a pace that costs little time."""
    from acr_identity.emulator import Settings as EmulatorSettings  # noqa: PLC0415 - only where it is asked for

    return EmulatorSettings(line_seconds=_LINE_SECONDS)


def _world(settings: Settings) -> Path | None:
    beside = settings.spec.parent / _WORLD
    if settings.world or not is_file(beside):
        return settings.world
    # Whoever writes the spec may have put it there, so it is one of the spec's own files.
    if place_below(beside, own_folders(settings.spec.parent, settings.files_from)) is None:
        raise SettingsError(f"{beside} leads out of the repository of the spec", advice="Name it with --world.")
    return beside


def _state(settings: Settings) -> Path:
    return settings.state or settings.spec.parent / _STATE
