"""What the files of a task need, against what its spec gives: what is missing, and what nothing asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from acr_identity.needs.codes import Code
from acr_identity.needs.report import is_login_server
from acr_identity.needs.values import Delete, Fault, Image, Need, Needs, Pull, Push, ReadSecret
from acr_identity.spec import Task
from acr_identity.spec.mistakes import KeyPath, listed, quoted


@dataclass(frozen=True, slots=True)
class Names:
    """What the hosts of registries and vaults are called in the spec.

    Args:
        registries: the keys of the spec's registries, by their names in Azure, in lower case.
        vaults: the keys of its vaults, likewise.
        servers: the login servers of those registries that were read, by key.
    """

    registries: Mapping[str, str]
    vaults: Mapping[str, str]
    servers: Mapping[str, str] = field(default_factory=dict)

    def registry(self, server: str) -> str | None:
        """Return the key of a registry. One with a domain name label has a host NAME-HASH."""
        exact = next((key for key, known in self.servers.items() if known.lower() == server), None)
        label = server.partition(".")[0]
        if exact is not None or not is_login_server(server):
            return exact
        return self.registries.get(label) or self.registries.get(label.rpartition("-")[0])

    def vault(self, host: str) -> str | None:
        """Return the key of a vault."""
        return self.vaults.get(host.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Given:
    """A task of the spec, what hosts are called in it, and where it logs in besides: by its file, by others' work."""

    task: Task
    names: Names
    logins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unneeded:
    """The spec gives something for which nothing in the files asks; `path` leads to it, from the task on."""

    message: str
    fix: str
    path: KeyPath


_DOES: Mapping[type[Need], tuple[str, str, tuple[str, ...]]] = {
    Pull: ("pull", "pulls from", ("pull", "push")),
    Push: ("push", "pushes to", ("push",)),
    Delete: ("delete", "deletes in", ("delete",)),
}
"""For each need the key of the spec, the words, and the keys that give it."""


def missing(needs: Needs, given: Given) -> Iterator[Fault]:
    """Yield what the files need and the spec does not give, each thing once, at its first place."""
    said: set[tuple[object, ...]] = set()
    for need in needs.needs:
        found = _missing_secret(need, given) if isinstance(need, ReadSecret) else _missing_right(need, given)
        if found is not None and (found.code, found.message) not in said:
            said.add((found.code, found.message))
            yield found
    for unseen in needs.unseen:
        for server in unseen.servers:
            found = _missing_right(Pull(Image(server, ""), unseen.at), given)
            if found is not None and (found.code, found.message) not in said:
                said.add((found.code, found.message))
                yield found


def _missing_right(need: Pull | Push | Delete, given: Given) -> Fault | None:
    key, does, keys = _DOES[type(need)]
    server, at = need.image.server, need.at
    registry = given.names.registry(server)
    code = {"pull": Code.PULL_NOT_GIVEN, "push": Code.PUSH_NOT_GIVEN, "delete": Code.DELETE_NOT_GIVEN}[key]
    if server in {login.lower() for login in given.task.credentials} | given.logins or "" in given.logins:
        return None
    if registry is None:
        if not is_login_server(server):
            return None
        fix = f"Add {server.partition('.')[0]} to `registries`, and to `{key}` of the task."
        return Fault(code.value, f"The task {does} {server}, which is no registry of the spec.", fix, at)
    known = given.names.servers.get(registry, server)
    if known.lower() != server:
        message = f"{server} is the host that {registry} had before it got a domain name label: no login is for it."
        return Fault(Code.OLD_HOST.value, message, f"Write {known}.", at)
    entries = [one for name, one in given.task.registry_accesses if name in keys and one.registry == registry]
    if _is_own(need, registry, given.task) or any(_covers(one.repositories, need.image.repository) for one in entries):
        return None
    what = f"{need.image.repository} of {registry}" if entries else registry
    fix = f"Add {need.image.repository} to its `repositories`." if entries else f"Add it: `{key}: [{registry}]`."
    return Fault(code.value, f"The task {does} {what}, and the spec does not let it.", fix, at)


def _is_own(need: Pull | Push | Delete, registry: str | None, task: Task) -> bool:
    """Say whether a run may do that by the login that it has by itself."""
    return registry == task.registry and task.source_login != "none" and not isinstance(need, Delete)


def _covers(repositories: tuple[str, ...], repository: str) -> bool:
    if not repositories or not repository:
        return True
    return any(
        repository.startswith(one.removesuffix("*")) if one.endswith("*") else repository == one for one in repositories
    )


def _missing_secret(need: ReadSecret, given: Given) -> Fault | None:
    vault = given.names.vault(need.vault)
    if vault is None:
        fix = f"Add {need.vault.partition('.')[0]} to `vaults`, and the secret to `secrets` of the task."
        message = f"The task reads a secret of {need.vault}, which is no vault of the spec."
        return Fault(Code.SECRET_NOT_GIVEN.value, message, fix, need.at)
    if need.secret in _names_of(vault, given.task):
        return None
    message = f"The task reads {need.secret} of {vault}, and the spec does not let it."
    fix = f"Add it: `secrets: {{{vault}: [{need.secret}]}}`."
    return Fault(Code.SECRET_NOT_GIVEN.value, message, fix, need.at)


def _names_of(vault: str, task: Task) -> set[str]:
    return {name.lower() for key, access in task.vault_accesses if key == vault for name in access.names}


def ambiguous(needs: Needs, task: Task) -> Iterator[Fault]:
    """Yield the secrets of which the file does not say who reads them, where that decides."""
    if task.uses_system or len(task.user_identities) < 2:  # noqa: PLR2004 - one is no choice
        return
    for need in needs.needs:
        if isinstance(need, ReadSecret) and not need.client_id:
            message = (
                f"The secret {quoted(need.id)} has no `clientID`, and the task has {listed(task.user_identities)}: "
                "a run cannot tell who reads it, and ends."
            )
            yield Fault(Code.SECRET_WITHOUT_CLIENT_ID.value, message, "Say whose client id reads it.", need.at)


def unneeded(needs: Needs, given: Given) -> Iterator[Unneeded]:
    """Yield what the spec gives and nothing asks for; nothing where something is not seen."""
    if needs.unseen or any(Code(fault.code).is_refused for fault in needs.faults):
        return
    asked = {
        (type(need), given.names.registry(need.image.server))
        for need in needs.needs
        if not isinstance(need, ReadSecret)
    }
    for kind in (Pull, Push):
        key, does, _ = _DOES[kind]
        for position, entry in enumerate(getattr(given.task, key)):
            if (kind, entry.registry) not in asked:
                yield Unneeded(f"Nothing {does} {entry.registry}.", "Take it out.", (key, position))
    read = {(given.names.vault(need.vault), need.secret) for need in needs.needs if isinstance(need, ReadSecret)}
    for vault, access in given.task.vault_accesses:
        idle = [name for name in access.names if (vault, name.lower()) not in read]
        if idle:
            yield Unneeded(f"Nothing reads {listed(idle)} of {vault}.", "Take it out.", ("secrets", vault))
