"""The cloud as a run sees it: the answers of the state to the questions of the task runner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from acr_identity.emulator.kernel.addresses import AGENT_ADDRESS
from acr_identity.emulator.kernel.arm import key
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.images import DOCKER_HUB, digest_of, place
from acr_identity.emulator.kernel.lookup import registry_at
from acr_identity.emulator.kernel.runner_port import Image, Principal, Refusal, Secret, Tag
from acr_identity.emulator.kernel.wire import section, text
from acr_identity.emulator.registries.accounts import has_admin, is_admin
from acr_identity.emulator.registries.network import denial, is_blocked, tasks_may_pass
from acr_identity.emulator.registry_data.registry_errors import AUTHENTICATION_REQUIRED
from acr_identity.emulator.rights.decision import Ask, may_use
from acr_identity.emulator.vaults.secret_access import Access, check_access, find_secret, vault_at

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Attached
    from acr_identity.emulator.kernel.settings import Settings
    from acr_identity.emulator.kernel.state import Registry, State

_ACR = "Microsoft.ContainerRegistry/registries"
_ACTIONS = {
    "pull": ("pull/read", "repositories/content/read"),
    "push": ("push/write", "repositories/content/write"),
    "list": ("pull/read", "catalog/read"),
    "tags": ("pull/read", "repositories/metadata/read"),
    "delete": ("artifacts/delete", "repositories/content/delete"),
}
"""What is asked of roles for what a login does: as an action of the registry, and as a data action in a repository."""
_NOT_FOUND = Refusal(400, "invalid_request", "Identity not found")
_DENIED = Refusal(403, "DENIED", "requested access to the resource is denied")
_SEVERAL = Refusal(
    400,
    "invalid_request",
    "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity",
)


@dataclass(frozen=True, slots=True)
class CloudSurroundings:
    """The surroundings of one run. What it pushes and untags it sees itself at once."""

    state: State
    settings: Settings
    home: Registry
    attached: Attached
    now: float
    pushed: dict[tuple[str, str, str], str] = field(default_factory=dict)
    untagged: set[tuple[str, str, str]] = field(default_factory=set)

    def sign_in(self, identity: str) -> Principal | Refusal:
        """Return the identity of the task that is meant."""
        users = self._users()
        if identity == "[system]" or (not identity and self.attached.system):
            known = self.state.directory.get(self.attached.system)
            return Principal(known.id, known.client_id) if known else _NOT_FOUND
        if not identity:
            return users[0] if len(users) == 1 else (_SEVERAL if users else _NOT_FOUND)
        meant = [user for user in users if user.client_id.lower() == identity.lower()]
        return meant[0] if meant else _NOT_FOUND

    def read_secret(self, url: str, principal: Principal) -> Secret | Refusal:
        """Read a secret as its vault allows it."""
        parts = urlsplit(url)
        host = parts.netloc.lower()
        vault = vault_at(self.state, host, self.settings.hosts.vault_suffix)
        if vault is None:
            return _no_host(host)
        names = [part for part in parts.path.split("/") if part][1:]
        try:
            check_access(
                self.state,
                vault,
                Access("get", principal.principal_id, principal.client_id, names[0] if names else ""),
                granted_before=self._granted_before,
                address="" if self.attached.in_network else AGENT_ADDRESS,
            )
            return find_secret(vault, names[0] if names else "", names[1] if len(names) > 1 else "").value
        except ArmError as error:
            return Refusal(error.status, error.code, error.message, error.inner_code)

    def source_refusal(self) -> Refusal | None:
        """Return what the registry of the task says to the login that the service brings."""
        return self._kept_out(self.home, None)

    def exchange_token(self, login_server: str, principal: Principal) -> Refusal | None:
        """Say whether the registry gives the principal a login.

        The registry of the task gives none without the right to pull, unless roles count for each repository: a
        recorded run failed without a role though it pulled nothing from there. That it fails here and with 401, and
        that other registries ask for no role, is not verified.
        """
        registry = self._registry(login_server)
        if registry is None:
            return Refusal(404, "NAME_UNKNOWN", f"there is no registry at '{login_server}'")
        refusal = self._kept_out(registry, principal)
        if refusal:
            return refusal
        policy = section(section(registry.settings, "policies"), "azureADAuthenticationAsArmPolicy")
        if text(policy, "status").lower() == "disabled" or principal.principal_id not in self.state.directory:
            return Refusal(401, "UNAUTHORIZED", AUTHENTICATION_REQUIRED)
        if key(registry.id) == key(self.home.id) and not self._may_log_in(registry, principal):
            return Refusal(401, "UNAUTHORIZED", AUTHENTICATION_REQUIRED)
        return None

    def check_password(self, login_server: str, user_name: str, password: Secret) -> Refusal | None:
        """Say whether an account of Docker Hub, or the admin user of a registry, has this password."""
        registry = self._registry(login_server)
        if registry is not None:
            refusal = self._kept_out(registry, None)
            if refusal or is_admin(registry, user_name, password.value):
                return refusal
            return Refusal(401, "UNAUTHORIZED", AUTHENTICATION_REQUIRED)
        if place(login_server, "")[0] != DOCKER_HUB:
            return _no_host(login_server)
        account = self.state.docker_hub.get(user_name)
        if account is None or account.value != password.value:
            return Refusal(401, "UNAUTHORIZED", "incorrect username or password")
        return None

    def pull(self, registry: str, repository: str, reference: str, as_whom: Principal | str | None) -> Image | Refusal:
        """Find an image that this login may pull."""
        host, path = place(registry, repository)
        found = self._registry(host)
        refusal = self._refusal(found, path, as_whom, "pull")
        if refusal:
            return refusal
        tags = self._tags(found, host, path)
        for tag, digest in tags.items():
            if reference in {tag, digest}:
                return Image(host, path, tag, digest)
        if found is None:
            return self._no_public_image(host, path, reference)
        return Refusal(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{reference}" is not found')

    def push(
        self, registry: str, repository: str, tag: str, content: str, as_whom: Principal | str | None
    ) -> Image | Refusal:
        """Take an image that this login may push."""
        host, path = place(registry, repository)
        found = self._registry(host)
        refusal = self._refusal(found, path, as_whom, "push")
        if refusal:
            return refusal
        if found is None and not (host == DOCKER_HUB and as_whom == path.partition("/")[0]):
            return _DENIED if host == DOCKER_HUB else _no_host(host)
        image = Image(host, path, tag, digest_of(content))
        self.pushed[host, path, tag] = image.digest
        self.untagged.discard((host, path, tag))
        return image

    def decides_by_repository(self, registry: str) -> bool:
        """Say whether roles count for each repository there."""
        found = self._registry(registry)
        return found is not None and found.is_by_repository

    def repositories(self, registry: str, as_whom: Principal | str | None) -> tuple[str, ...] | Refusal:
        """List the repositories, if this login may."""
        found = self._registry(registry)
        refusal = self._refusal(found, "", as_whom, "list")
        if refusal or found is None:
            return refusal or _no_host(registry)
        here = {name.rpartition(":")[0] for name in found.images} | {
            path for host, path, _ in self.pushed if host == registry
        }
        return tuple(sorted(path for path in here if self._tags(found, registry, path)))

    def tags(self, registry: str, repository: str, as_whom: Principal | str | None) -> tuple[Tag, ...] | Refusal:
        """List the tags of a repository, if this login may."""
        found = self._registry(registry)
        refusal = self._refusal(found, repository, as_whom, "tags")
        if refusal or found is None:
            return refusal or _no_host(registry)
        held = self._tags(found, registry, repository)
        if not held:
            return Refusal(404, "NAME_UNKNOWN", f"repository name not known to registry: {repository}")
        return tuple(Tag(tag, digest, self._age(found, registry, repository, tag)) for tag, digest in held.items())

    def untag(self, registry: str, repository: str, tag: str, as_whom: Principal | str | None) -> Refusal | None:
        """Delete a tag, if this login may."""
        found = self._registry(registry)
        refusal = self._refusal(found, repository, as_whom, "delete")
        if refusal or found is None:
            return refusal or _no_host(registry)
        if tag not in self._tags(found, registry, repository):
            return Refusal(404, "TAG_UNKNOWN", f"the specified tag does not exist: {tag}")
        self.pushed.pop((registry, repository, tag), None)
        self.untagged.add((registry, repository, tag))
        return None

    def read_file(self, context: str, path: str) -> str | None:
        """Return a file of a context, whatever branch the address names; a folder after the colon counts."""
        uploaded = self.state.uploads.get(context)
        if uploaded is not None:
            return uploaded.get(path.removeprefix("./"))
        address, _, place_in = context.partition("#")
        branch, _, below = place_in.partition(":")
        folder = "/".join(part for part in below.split("/") if part not in {"", "."})
        named = (context, f"{address}#{branch}", address)
        files = next((self.state.contexts[each] for each in named if each in self.state.contexts), None)
        if files is None:
            files = self.state.contexts.get(f"{address}.git") or self.state.contexts.get(address.removesuffix(".git"))
        wanted = "/".join(part for part in (folder, path.removeprefix("./").strip("/")) if part)
        return None if files is None else files.get(wanted, files.get(path))

    @property
    def _granted_before(self) -> float:
        return self.now - self.settings.grant_seconds

    def _users(self) -> tuple[Principal, ...]:
        found = (self.state.identities.get(key(user)) for user in self.attached.users)
        return tuple(Principal(one.principal_id, one.client_id) for one in found if one is not None)

    def _registry(self, login_server: str) -> Registry | None:
        return registry_at(self.state, place(login_server, "")[0])

    def _refusal(
        self, registry: Registry | None, path: str, as_whom: Principal | str | None, verb: str
    ) -> Refusal | None:
        if registry is None:
            return None
        out = self._kept_out(registry, as_whom if isinstance(as_whom, Principal) else None)
        if out or self._may(registry, path, as_whom, verb):
            return out
        return Refusal(401, "UNAUTHORIZED", AUTHENTICATION_REQUIRED)

    def _kept_out(self, registry: Registry, principal: Principal | None) -> Refusal | None:
        """Keep agents out as the network rules say; only a system-assigned identity may pass by them."""
        if self.attached.in_network or not is_blocked(registry, AGENT_ADDRESS):
            return None
        is_system = principal is not None and principal.principal_id == self.attached.system
        if is_system and tasks_may_pass(registry):
            return None
        return Refusal(403, "DENIED", denial(AGENT_ADDRESS))

    def _may(self, registry: Registry, repository: str, as_whom: Principal | str | None, verb: str) -> bool:
        is_abac = registry.is_by_repository
        if verb in {"pull", "tags"} and registry.settings.get("anonymousPullEnabled") is True:
            return True
        if not isinstance(as_whom, Principal):
            is_own = as_whom == "source" and not is_abac and key(registry.id) == key(self.home.id)
            return is_own or (
                isinstance(as_whom, str) and has_admin(registry) and as_whom.lower() == registry.name.lower()
            )
        action = _ACTIONS[verb][1 if is_abac else 0]
        ask = Ask(as_whom.principal_id, f"{_ACR}/{action}", registry.id, repository)
        return may_use(self.state, ask, data=is_abac, granted_before=self._granted_before)

    def _may_log_in(self, registry: Registry, principal: Principal) -> bool:
        return registry.is_by_repository or self._may(registry, "", principal, "pull")

    def _tags(self, registry: Registry | None, host: str, repository: str) -> dict[str, str]:
        held = registry.images if registry else self.state.public_images
        prefix = f"{repository}:" if registry else f"{host}/{repository}:"
        tags = {name.removeprefix(prefix): digest for name, digest in held.items() if name.startswith(prefix)}
        tags |= {
            tag: digest for (where, path, tag), digest in self.pushed.items() if (where, path) == (host, repository)
        }
        return {tag: digest for tag, digest in tags.items() if (host, repository, tag) not in self.untagged}

    def _age(self, registry: Registry, host: str, repository: str, tag: str) -> float:
        if (host, repository, tag) in self.pushed:
            return 0.0
        return self.now - registry.updated(f"{repository}:{tag}")

    def _no_public_image(self, host: str, repository: str, reference: str) -> Refusal:
        known = self.state.public_images
        if any(name.startswith(f"{host}/{repository}:") for name in known):
            return Refusal(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{reference}" is not found')
        if host == DOCKER_HUB:
            return _DENIED
        if any(name.startswith(f"{host}/") for name in known):
            return Refusal(404, "NAME_UNKNOWN", f"repository {repository} is not found")
        return _no_host(host)


def _no_host(host: str) -> Refusal:
    return Refusal(0, "HostNotFound", f"dial tcp: lookup {host}: no such host")
