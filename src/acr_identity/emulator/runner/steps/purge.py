"""`acr purge`: old tags are deleted, repository by repository, and manifests that have none left.

Source: github.com/Azure/acr-cli, cmd/acr/purge.go and cmd/repository. That a repository that is named, and not matched,
needs no list of all of them is what the documentation says ("Automatically purge images"); the source asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from acr_identity.emulator.kernel.runner_port import Principal, Tag
from acr_identity.emulator.runner.logins import Holder
from acr_identity.emulator.runner.patterns import pattern_of
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.steps.registry_client import Client, RefusedError

_BATCH = 10
_NOT_COUNTING = re.compile(r"\(\?[imsU-]{0,5}$|\[\^*$")
_LITERAL = re.compile(r"[\w./-]+")
_DAY = 24 * 60 * 60
_MOST_YEARS = 150
_LONGEST = _MOST_YEARS * 365 * _DAY
_AGO = re.compile(r"(?:(\d{1,9})d)?(.*)")
_PIECE = re.compile(r"(\d{1,9}(?:\.\d{0,9})?)(ns|us|ms|s|m|h)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_UNAUTHORIZED = 401
_NOT_FOUND = 404


def purge(client: Client) -> None:
    """Delete the tags that filters name and that are old enough.

    Raises:
        RunError: flags are missing or wrong, or a registry refuses.
    """
    filters, ago = client.flags.all("-f", "--filter"), client.flags.last("--ago")
    if not filters and not client.is_set("--untagged-only"):
        raise RunError("at least one of the flags in the group [filter untagged-only] is required")
    if client.is_set("--untagged") and client.is_set("--untagged-only"):
        group = "[untagged untagged-only]"
        raise RunError(f"if any flags in the group {group} are set none of the others can be; {group} were all set")
    if not ago and not client.is_set("--untagged-only"):
        raise RunError("--ago is required when not using --untagged-only")
    age = _seconds(client, ago) if ago else 0.0
    holder = client.holder()
    chosen = _chosen(client, holder, filters)
    if client.is_set("--dry-run"):
        client.say(
            "DRY RUN: The following output shows what WOULD be deleted if the purge command was executed. Nothing is "
            "deleted."
        )
    purging = _Purging(client, holder, age)
    try:
        purging.go(chosen)
    finally:
        purging.sum_up()


def _seconds(client: Client, ago: str) -> float:
    found = _AGO.fullmatch(ago)
    days, rest = (int(found[1] or 0), found[2]) if found else (0, ago)
    pieces = _PIECE.findall(rest)
    if rest.isdigit():
        raise RunError(f'time: missing unit in duration "{rest}"')
    is_read = "".join(number + unit for number, unit in pieces) == rest
    seconds = days * _DAY + sum(float(number) * _UNITS[unit] for number, unit in pieces)
    if is_read and seconds <= _LONGEST:
        return seconds
    years = f"{_MOST_YEARS} years"
    client.say(f"Warning: ago value exceeds maximum duration of {years}, capping to {years}")
    return _LONGEST


def _chosen(client: Client, holder: Holder, filters: tuple[str, ...]) -> Mapping[str, str]:
    """Return the expression for the tags of each repository that is meant."""
    halves = [_halves(one) for one in filters]
    try:
        every = client.repositories(holder)
    except RefusedError:
        if not halves or not all(_LITERAL.fullmatch(repository) for repository, _ in halves):
            raise
        every = tuple(dict.fromkeys(repository for repository, _ in halves))
    if not halves:
        return dict.fromkeys(every, "")
    found: dict[str, list[str]] = {}
    for repository, tags in halves:
        is_meant = pattern_of(f"^{repository}$")
        for name in filter(is_meant, every):
            found.setdefault(name, []).append(tags)
    return {name: "|".join(tags) for name, tags in found.items()}


def _halves(written: str) -> tuple[str, str]:
    colons = [at for at, one in enumerate(written) if one == ":" and _counts(written, at)]
    if len(colons) != 1:
        raise RunError("unable to correctly parse filter flag")
    repository, tags = written[: colons[0]], written[colons[0] + 1 :]
    if not repository or not tags:
        raise RunError(f"missing {'tag' if repository else 'repository'} name/expression")
    return repository, tags


def _counts(written: str, at: int) -> bool:
    return _NOT_COUNTING.search(written[:at]) is None and not written.startswith("]", at + 1)


@dataclass(slots=True)
class _Purging:
    client: Client
    holder: Holder
    age: float
    tags: int = 0
    manifests: int = 0

    def go(self, chosen: Mapping[str, str]) -> None:
        names, done = sorted(chosen), list[str]()
        by_repository = self.client.scene.surroundings.decides_by_repository(self.client.server)
        for number, repository in enumerate(names):
            if by_repository and isinstance(self.holder, Principal) and number % _BATCH == 0:
                self._say_batch(names[number : number + _BATCH])
            self._repository(repository, chosen[repository], done, names[number + 1 :])
            done.append(repository)

    def sum_up(self) -> None:
        if self.client.is_set("--dry-run"):
            self.client.say(f"\nNumber of tags to be deleted: {self.tags}")
            self.client.say(f"Number of manifests to be deleted: {self.manifests}")
        else:
            self.client.say(f"\nNumber of deleted tags: {self.tags}")
            self.client.say(f"Number of deleted manifests: {self.manifests}")

    def _say_batch(self, names: list[str]) -> None:
        named = f": [{' '.join(names)}]" if self.client.is_set("--verbose") else ""
        self.client.say(f"ABAC: Setting token scope for {len(names)} repositories{named}")

    def _repository(self, repository: str, expression: str, done: list[str], rest: list[str]) -> None:
        client, what = self.client, "tags"
        gone: tuple[Tag, ...] = ()
        try:
            if not client.is_set("--untagged-only"):
                gone = self._tags(repository, expression)
            what = "manifests"
            if client.is_set("--untagged") or client.is_set("--untagged-only"):
                self._manifests(repository, gone)
        except RefusedError as error:
            if error.status == _UNAUTHORIZED:
                raise RunError("\n".join(_permission_lines(repository, what, done, rest))) from error
            failed = error.within(f"failed to purge {what}")
            client.say(f"Failed to complete purge: {failed.text} ")
            raise failed from error
        self.tags += len(gone)

    def _tags(self, repository: str, expression: str) -> tuple[Tag, ...]:
        client, is_dry = self.client, self.client.is_set("--dry-run")
        client.say(f"{'Would delete' if is_dry else 'Deleting'} tags for repository: {repository}")
        is_meant = pattern_of(expression)
        old = [
            tag
            for tag in self._held(repository)
            if is_meant(tag.name) and tag.age + client.scene.log.seconds > self.age
        ]
        gone = tuple(old[_number(client.flags.last("--keep")) :])
        refused: list[RefusedError] = []
        for tag in gone:
            name = f"{client.server}/{repository}:{tag.name}"
            if is_dry:
                client.say(f"Would delete: {name}")
                continue
            try:
                client.untag(repository, tag, self.holder)
                client.say(f"Deleted {name}")
            except RefusedError as error:
                client.say(f"Failed to delete {name}, error: {error.text}")
                refused.append(error)
        if refused:
            raise refused[0]
        return gone

    def _manifests(self, repository: str, gone: tuple[Tag, ...]) -> None:
        """Count the manifests that have lost their last tag: here they go with it."""
        client, is_dry = self.client, self.client.is_set("--dry-run")
        client.say(f"{'Would delete' if is_dry else 'Deleting'} manifests for repository: {repository}")
        names = {tag.name for tag in gone}
        left = {tag.digest for tag in self._held(repository) if tag.name not in names}
        for digest in dict.fromkeys(tag.digest for tag in gone if tag.digest not in left):
            client.say(f"{'Would delete:' if is_dry else 'Deleted'} {client.server}/{repository}@{digest}")
            self.manifests += 1

    def _held(self, repository: str) -> tuple[Tag, ...]:
        try:
            return self.client.tags(repository, self.holder)
        except RefusedError as error:
            if error.status != _NOT_FOUND:
                raise
            self.client.say(f"{repository} repository not found")
            return ()


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 10 else 0  # noqa: PLR2004 - as many digits as an int32 has


def _permission_lines(repository: str, what: str, done: list[str], rest: list[str]) -> Iterator[str]:
    yield f'insufficient permissions to purge {what} for repository "{repository}"'
    yield f"  Completed repositories ({len(done)}): {', '.join(done)}" if done else "  Completed repositories: none"
    if rest:
        yield f"  Remaining repositories not yet processed ({len(rest)}): {', '.join(rest)}"
    yield "  Hint: use a more specific --filter to target only repositories you have permissions for"
