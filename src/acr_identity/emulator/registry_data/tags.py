"""Tags of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.wire import Json, Reply
from acr_identity.emulator.registry_data.asked import allowed_registry
from acr_identity.emulator.registry_data.content import headed, show_tag, tags_of
from acr_identity.emulator.registry_data.pages import cut
from acr_identity.emulator.registry_data.registry_errors import tag_unknown

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


def list_tags(call: Call) -> Answer:
    """List the tags, by name, or by time when `orderby` says so."""
    name = call.params["repository"].strip("/")
    registry = allowed_registry(call, "repository", name, "metadata_read")
    tags = tags_of(registry, name)
    found, headers = cut(call, _ordered(list(tags), call.request.parameter("orderby").lower()))
    shown: list[Json] = [show_tag(registry, name, tag, tags[tag]) for tag in found]
    return Reply.json(200, headed(registry, name, {"tags": shown}), headers)


def get(call: Call) -> Answer:
    """Show a tag."""
    name, tag = call.params["repository"].strip("/"), call.params["tag"]
    registry = allowed_registry(call, "repository", name, "metadata_read")
    digest = tags_of(registry, name).get(tag)
    if digest is None:
        raise tag_unknown(tag)
    return Reply.json(200, headed(registry, name, {"tag": show_tag(registry, name, tag, digest)}))


def delete(call: Call) -> Answer:
    """Take a tag away: 202. The manifest goes with its last tag, as there is nothing else that holds it here."""
    name, tag = call.params["repository"].strip("/"), call.params["tag"]
    registry = allowed_registry(call, "repository", name, "delete")
    if tag not in tags_of(registry, name):
        raise tag_unknown(tag)
    state = with_registry(call.state, registry.without(f"{name}:{tag}"))
    return Change(state, Reply(202))


def list_for_docker(call: Call) -> Answer:
    """List the names of the tags as docker wants them."""
    name = call.params["repository"].strip("/")
    registry = allowed_registry(call, "repository", name, "pull")
    names, headers = cut(call, sorted(tags_of(registry, name)))
    return Reply.json(200, {"name": name, "tags": [*names]}, headers)


def _ordered(tags: list[str], order: str) -> list[str]:
    match order:
        case "timeasc":
            return tags
        case "timedesc":
            return tags[::-1]
        case _:
            return sorted(tags)


_LIST = "/acr/v1/{repository*}/_tags"
_ONE = f"{_LIST}/{{tag}}"

ROUTES = (
    Route("GET", _LIST, list_tags, None, "documentation", plane="registry"),
    Route("GET", _ONE, get, None, "documentation", plane="registry"),
    Route("DELETE", _ONE, delete, None, "documentation", plane="registry"),
    Route("GET", "/v2/{repository*}/tags/list", list_for_docker, None, "documentation", plane="registry"),
)
