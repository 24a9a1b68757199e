"""The catalogue of a registry, and single repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.wire import JsonObject, Reply
from acr_identity.emulator.registry_data.asked import allowed_registry
from acr_identity.emulator.registry_data.content import repositories, show_repository, tags_of
from acr_identity.emulator.registry_data.pages import cut
from acr_identity.emulator.registry_data.scopes import CATALOG

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


def list_repositories(call: Call) -> Answer:
    """List the names of the repositories, page by page."""
    registry = allowed_registry(call, "registry", "catalog", CATALOG)
    names, headers = cut(call, repositories(registry))
    return Reply.json(200, {"repositories": [*names]}, headers)


def get(call: Call) -> Answer:
    """Show a repository."""
    name = call.params["repository"].strip("/")
    registry = allowed_registry(call, "repository", name, "metadata_read")
    return Reply.json(200, show_repository(registry, name))


def delete(call: Call) -> Answer:
    """Delete a repository with all its tags: 202."""
    name = call.params["repository"].strip("/")
    registry = allowed_registry(call, "repository", name, "delete")
    tags = tags_of(registry, name)
    state = with_registry(call.state, registry.without(*(f"{name}:{tag}" for tag in tags)))
    gone: JsonObject = {"manifestsDeleted": [*sorted(set(tags.values()))], "tagsDeleted": [*sorted(tags)]}
    return Change(state, Reply.json(202, gone))


_ONE = "/acr/v1/{repository*}"

ROUTES = (
    Route("GET", "/acr/v1/_catalog", list_repositories, None, "documentation", plane="registry"),
    Route("GET", "/v2/_catalog", list_repositories, None, "documentation", plane="registry"),
)
ATTRIBUTES = (
    Route("GET", _ONE, get, None, "documentation", plane="registry"),
    Route("DELETE", _ONE, delete, None, "documentation", plane="registry"),
)
"""The routes that fit any path of the plane: they come after all others."""
