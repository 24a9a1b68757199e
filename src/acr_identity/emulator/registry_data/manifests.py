"""Manifests of a repository. They have no layers: a digest stands for what was built, not for these bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.images import digest_of
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply
from acr_identity.emulator.registry_data.asked import allowed_registry
from acr_identity.emulator.registry_data.content import (
    CONFIG,
    IMAGE_SIZE,
    MANIFEST,
    headed,
    show_manifest,
    tags_of,
)
from acr_identity.emulator.registry_data.pages import cut
from acr_identity.emulator.registry_data.registry_errors import manifest_unknown

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


def list_manifests(call: Call) -> Answer:
    """List the manifests, by digest."""
    name, registry = _asked(call, "metadata_read")
    held = _by_digest(registry, name)
    found, headers = cut(call, sorted(held))
    shown: list[Json] = [show_manifest(registry, digest, held[digest]) for digest in found]
    return Reply.json(200, headed(registry, name, {"manifests": shown}), headers)


def get_attributes(call: Call) -> Answer:
    """Show what is known of a manifest."""
    name, registry = _asked(call, "metadata_read")
    digest = call.params["reference"]
    held = _by_digest(registry, name)
    if digest not in held:
        raise manifest_unknown(digest)
    return Reply.json(200, headed(registry, name, {"manifest": show_manifest(registry, digest, held[digest])}))


def get(call: Call) -> Answer:
    """Read a manifest by tag or digest."""
    name, registry = _asked(call, "pull")
    digest = _digest(registry, name, call.params["reference"])
    content: JsonObject = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": IMAGE_SIZE, "digest": digest_of(f"config of {digest}")},
        "layers": [],
    }
    reply = Reply.json(200, content)
    headers = (
        ("Content-Type", MANIFEST),
        ("Docker-Content-Digest", digest),
        ("Docker-Distribution-Api-Version", "registry/2.0"),
        ("ETag", f'"{digest}"'),
    )
    return Reply(200, (*headers, ("Content-Length", str(len(reply.body)))), reply.body)


def delete(call: Call) -> Answer:
    """Delete a manifest with all its tags: 202."""
    name, registry = _asked(call, "delete")
    digest = _digest(registry, name, call.params["reference"])
    gone = (f"{name}:{tag}" for tag in _by_digest(registry, name)[digest])
    state = with_registry(call.state, registry.without(*gone))
    return Change(state, Reply(202))


def _asked(call: Call, action: str) -> tuple[str, Registry]:
    name = call.params["repository"].strip("/")
    return name, allowed_registry(call, "repository", name, action)


def _by_digest(registry: Registry, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag, digest in sorted(tags_of(registry, name).items()):
        found.setdefault(digest, []).append(tag)
    return found


def _digest(registry: Registry, name: str, reference: str) -> str:
    tags = tags_of(registry, name)
    if reference in tags:
        return tags[reference]
    if reference in tags.values():
        return reference
    raise manifest_unknown(reference)


_LIST = "/acr/v1/{repository*}/_manifests"
_DOCKER = "/v2/{repository*}/manifests/{reference}"

ROUTES = (
    Route("GET", _LIST, list_manifests, None, "documentation", plane="registry"),
    Route("GET", f"{_LIST}/{{reference}}", get_attributes, None, "documentation", plane="registry"),
    Route("GET", _DOCKER, get, None, "documentation", plane="registry"),
    Route("HEAD", _DOCKER, get, None, "documentation", plane="registry"),
    Route("DELETE", _DOCKER, delete, None, "documentation", plane="registry"),
)
