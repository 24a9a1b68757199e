"""The command `acr` of the image `acr-cli`: tags are listed and deleted with the login that the run has.

Source: github.com/Azure/acr-cli, cmd/acr and internal. All else that it can do is done without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from acr_identity.emulator.kernel.runner_port import Tag
from acr_identity.emulator.runner.commands import Flags, read_flags
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.shell import Command
from acr_identity.emulator.runner.steps.purge import purge
from acr_identity.emulator.runner.steps.registry_client import Client
from acr_identity.emulator.runner.steps.scene import Scene

REPOSITORY: Final = "mcr.microsoft.com/acr/acr-cli"
_SWITCHES: Final = frozenset({
    "--untagged", "--untagged-only", "--dry-run", "--include-locked", "--verbose", "--help", "-h",
})  # fmt: skip
_KNOWN: Final = _SWITCHES | {
    "--filter", "-f", "--ago", "--keep", "--registry", "-r", "--username", "-u", "--password", "-p", "--config", "-c",
    "--filter-timeout-seconds", "--concurrency", "--repository-page-size", "--repository",
}  # fmt: skip


def run_acr(scene: Scene, words: Command) -> int:
    """Run `acr` with these words and return its exit status."""
    acts: Mapping[Command, Callable[[Client], None]] = {
        ("purge",): purge,
        ("tag", "list"): _list_tags,
        ("tag", "delete"): _delete_tags,
    }
    for verb, act in acts.items():
        if words[: len(verb)] == verb:
            flags = read_flags(words[len(verb) :], _SWITCHES)
            return 0 if flags.has("--help") or flags.has("-h") else _act(scene, flags, act)
    return 0


def _act(scene: Scene, flags: Flags, act: Callable[[Client], None]) -> int:
    try:
        _check_flags(flags)
        act(Client(scene, flags, _server(scene, flags)))
    except RunError as error:
        scene.log.show(f"Error: {error.text}")
        return 1
    return 0


def _check_flags(flags: Flags) -> None:
    for name, _ in flags.values:
        if name not in _KNOWN:
            raise RunError(f"unknown flag: {name}")


def _server(scene: Scene, flags: Flags) -> str:
    named = flags.last("-r", "--registry") or scene.registry
    return named.lower() if "." in named else f"{named.lower()}.azurecr.io"


def _list_tags(client: Client) -> None:
    repository = _repository(client)
    holder = client.holder()
    try:
        found = client.tags(repository, holder)
    except RunError as error:
        raise RunError(f"{error.text}: failed to list tags") from error
    client.say(f'Listing tags for the "{repository}" repository:')
    for tag in sorted(found, key=lambda one: one.name):
        client.say(f"{client.server}/{repository}:{tag.name}")


def _delete_tags(client: Client) -> None:
    repository = _repository(client)
    holder = client.holder()
    for name in client.flags.positionals:
        try:
            client.untag(repository, Tag(name, ""), holder)
        except RunError as error:
            raise error.within("failed to delete tags") from error
        client.say(f"{client.server}/{repository}:{name}")


def _repository(client: Client) -> str:
    repository = client.flags.last("--repository")
    if not repository:
        raise RunError('required flag(s) "repository" not set')
    return repository
