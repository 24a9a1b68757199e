"""What a registry holds, as its data plane tells it."""

from __future__ import annotations

from acr_identity.emulator.kernel.arm import zulu_time
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.emulator.registry_data.registry_errors import name_unknown

_FREE: JsonObject = {"deleteEnabled": True, "writeEnabled": True, "readEnabled": True, "listEnabled": True}
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
IMAGE_SIZE = 1024
"""How large every image is said to be, in bytes: there are no layers here."""


def repositories(registry: Registry) -> list[str]:
    """Return the names of the repositories, sorted."""
    return sorted({name.rpartition(":")[0] for name in registry.images})


def tags_of(registry: Registry, repository: str) -> dict[str, str]:
    """Return the digests of a repository by tag, first pushed first.

    Raises:
        RegistryError: 404 when there is no such repository.
    """
    prefix = f"{repository}:"
    found = {name.removeprefix(prefix): digest for name, digest in registry.images.items() if name.startswith(prefix)}
    if not found:
        raise name_unknown(repository)
    return found


def show_repository(registry: Registry, repository: str) -> JsonObject:
    """Return a repository with the number of its manifests and tags."""
    tags = tags_of(registry, repository)
    return {
        **_head(registry, repository),
        **_times(registry),
        "manifestCount": len(set(tags.values())),
        "tagCount": len(tags),
        "changeableAttributes": {**_FREE, "teleportEnabled": False},
    }


def show_tag(registry: Registry, repository: str, tag: str, digest: str) -> JsonObject:
    """Return a tag as its list shows it; what no run has pushed has the times of its registry."""
    updated = zulu_time(registry.updated(f"{repository}:{tag}"))
    return {
        "name": tag,
        "digest": digest,
        **_times(registry),
        "lastUpdateTime": updated,
        "signed": False,
        "quarantineState": "Passed",
        "changeableAttributes": dict(_FREE),
    }


def show_manifest(registry: Registry, digest: str, tags: list[str]) -> JsonObject:
    """Return a manifest with its tags as their list shows it."""
    return {
        "digest": digest,
        "imageSize": IMAGE_SIZE,
        **_times(registry),
        "architecture": "amd64",
        "os": "linux",
        "mediaType": MANIFEST,
        "configMediaType": CONFIG,
        "tags": [*tags],
        "changeableAttributes": {**_FREE, "quarantineState": "Passed"},
    }


def headed(registry: Registry, repository: str, rest: JsonObject) -> JsonObject:
    """Return something of a repository, under the names of its registry and of itself."""
    return {**_head(registry, repository), **rest}


def _head(registry: Registry, repository: str) -> JsonObject:
    return {"registry": registry.login_server, "imageName": repository}


def _times(registry: Registry) -> JsonObject:
    return {"createdTime": zulu_time(registry.created), "lastUpdateTime": zulu_time(registry.modified)}
