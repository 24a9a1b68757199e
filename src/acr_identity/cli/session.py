"""The provisioner of a command: for the cloud or the emulator that its options name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.cli.console import Console
from acr_identity.cli.options import AzureOptions
from acr_identity.cli.progress_lines import ProgressLines, RequestLines
from acr_identity.errors import SettingsError
from acr_identity.ids import CLOUD_VARIABLE, CLOUDS, PUBLIC_CLOUD, Cloud
from acr_identity.provisioner import Provisioner
from acr_identity.render.escape import visible
from acr_identity.spec.files import is_file, own_folders, place_below

if TYPE_CHECKING:
    from acr_identity.emulator import Settings as EmulatorSettings
    from acr_identity.spec import Spec

READING = "Reading what Azure has"
"""What a terminal shows meanwhile."""

_WORLD = "world.yaml"
_LINE_SECONDS = 0.02
_STATE = Path(".acr_identity", "emulator.json")


def open_provisioner(options: AzureOptions, spec: Spec, console: Console) -> Provisioner:
    """Return a provisioner that tells the console what it does.

    Raises:
        SettingsError: the cloud or a file of the emulator cannot be used.
        SpecError: the cloud file or the world file is invalid.
    """
    progress = ProgressLines(console)
    on_request = RequestLines(console) if options.verbose else None
    if not options.emulator:
        return Provisioner(
            cloud=_cloud(options, spec, console),
            concurrency=options.concurrency,
            progress=progress,
            on_request=on_request,
        )
    return Provisioner.emulated(
        _world(options),
        state=_state(options),
        settings=_pace(),
        concurrency=options.concurrency,
        progress=progress,
        on_request=on_request,
    )


def _cloud(options: AzureOptions, spec: Spec, console: Console) -> Cloud:
    """Return the cloud that the option names, else the environment, else the spec, else the public one."""
    from acr_identity.provisioner.clouds import cloud_of_the_environment, load_cloud

    named = cloud_of_the_environment() if options.cloud is None else load_cloud(options.cloud)
    if named is None:
        return CLOUDS[spec.cloud] if spec.cloud else PUBLIC_CLOUD
    if spec.cloud not in {None, named.name}:
        by = CLOUD_VARIABLE if options.cloud is None else "--cloud"
        console.tell(f"note: the spec is for {spec.cloud}; {by} goes before it and names {visible(named.name)}")
    return named


def _pace() -> EmulatorSettings:
    """Let a log grow while one looks on, at a pace that costs little time."""
    from acr_identity.emulator import Settings as EmulatorSettings

    return EmulatorSettings(line_seconds=_LINE_SECONDS)


def _world(options: AzureOptions) -> Path | None:
    beside = options.spec.parent / _WORLD
    if options.world or not is_file(beside):
        return options.world
    # Whoever writes the spec may have put it there, so it is one of the spec's own files.
    if place_below(beside, own_folders(options.spec.parent, options.files_from)) is None:
        raise SettingsError(f"{beside} leads out of the repository of the spec", advice="Name it with --world.")
    return beside


def _state(options: AzureOptions) -> Path:
    if options.state:
        return options.state
    beside = options.spec.parent / _STATE
    if beside.is_symlink() or beside.parent.is_symlink():
        raise SettingsError(
            f"{beside} is behind a link: a state would be written elsewhere", advice="Name it with --state."
        )
    return beside
