"""A cloud of a few tables, for tests of the runner."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from acr_identity.emulator.kernel.runner_port import Image, Principal, Refusal, Secret, Tag

USER_ASSIGNED = Principal("11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222")
SYSTEM = Principal("33333333-cccc-4ccc-8ccc-333333333333", "44444444-dddd-4ddd-8ddd-444444444444")
NO_IDENTITY = Refusal(400, "invalid_request", "Identity not found")
NO_PULL = Refusal(
    401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information."
)
NO_GET = Refusal(
    403, "Forbidden", "Caller is not authorized to perform action on resource.\r\nWait.", "ForbiddenByRbac"
)
NO_SECRET = Refusal(404, "SecretNotFound", "A secret with (name/id) x was not found in this key vault.")
WRONG_PASSWORD = Refusal(401, "UNAUTHORIZED", "incorrect username or password")
ANYONE = None


def digest_of(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("|".join(parts).encode(errors="replace")).hexdigest()


@dataclass
class FakeSurroundings:
    """Answers from tables; what is not in a table is refused.

    `readers` and `pullers` say who may, as pairs of the thing and the one who asks. An image for which no pair exists
    at all is public.
    """

    identities: dict[str, Principal] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    readers: set[tuple[str, Principal]] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    pullers: set[tuple[str, Principal | str | None]] = field(default_factory=set)
    pushers: set[tuple[str, Principal | str | None]] = field(default_factory=set)
    exchanges: dict[str, Refusal] = field(default_factory=dict)
    passwords: set[tuple[str, str, str]] = field(default_factory=set)
    files: dict[tuple[str, str], str] = field(default_factory=dict)

    def sign_in(self, identity: str) -> Principal | Refusal:
        return self.identities.get(identity, NO_IDENTITY)

    def read_secret(self, url: str, principal: Principal) -> Secret | Refusal:
        vault = url.partition("/secrets/")[0]
        if (vault, principal) not in self.readers:
            return NO_GET
        return Secret(self.secrets[url]) if url in self.secrets else NO_SECRET

    def exchange_token(self, login_server: str, principal: Principal) -> Refusal | None:
        del principal
        return self.exchanges.get(login_server)

    def check_password(self, login_server: str, user_name: str, password: Secret) -> Refusal | None:
        return None if (login_server, user_name, password.value) in self.passwords else WRONG_PASSWORD

    def pull(self, registry: str, repository: str, reference: str, as_whom: Principal | str | None) -> Image | Refusal:
        is_private = any(place == registry for place, _ in self.pullers)
        if is_private and (registry, as_whom) not in self.pullers:
            return NO_PULL
        if f"{registry}/{repository}:{reference}" not in self.images:
            return Refusal(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{reference}" is not found')
        return Image(registry, repository, reference, digest_of(registry, repository, reference))

    def push(
        self, registry: str, repository: str, tag: str, content: str, as_whom: Principal | str | None
    ) -> Image | Refusal:
        if (registry, as_whom) not in self.pushers:
            return NO_PULL
        return Image(registry, repository, tag, digest_of(content))

    def decides_by_repository(self, registry: str) -> bool:
        del registry
        return False

    def repositories(self, registry: str, as_whom: Principal | str | None) -> tuple[str, ...] | Refusal:
        if (registry, as_whom) not in self.pullers:
            return NO_PULL
        return tuple(
            sorted({one.partition("/")[2].rpartition(":")[0] for one in self.images if one.startswith(registry)})
        )

    def tags(self, registry: str, repository: str, as_whom: Principal | str | None) -> tuple[Tag, ...] | Refusal:
        if (registry, as_whom) not in self.pullers:
            return NO_PULL
        names = sorted(one for one in self.images if one.startswith(f"{registry}/{repository}:"))
        return tuple(Tag(one.rpartition(":")[2], digest_of(one), 2 * 86_400.0) for one in names)

    def untag(self, registry: str, repository: str, tag: str, as_whom: Principal | str | None) -> Refusal | None:
        del repository, tag
        return None if (registry, as_whom) in self.pushers else NO_PULL

    def read_file(self, context: str, path: str) -> str | None:
        return self.files.get((context, path))
