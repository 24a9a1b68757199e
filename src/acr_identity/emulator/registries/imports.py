"""`importImage`: images copied into a registry, from a public registry or from another one.

Body: swagger of 2025-11-01, ImportImageParameters. What a refusal says: not verified, but for its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from acr_identity.emulator.kernel.arm import REGISTRIES, key, subscription_id
from acr_identity.emulator.kernel.arm_errors import bad_request, linked_authorization_failed
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.images import DOCKER_HUB, place
from acr_identity.emulator.kernel.long_running import ask_again, begin
from acr_identity.emulator.kernel.lookup import registry_at, registry_of
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.state import OperationError, Registry, State, including
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.registries.accounts import is_admin
from acr_identity.emulator.rights.decision import Ask, may_act, may_use

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

_PROVIDER = "Microsoft.ContainerRegistry"
_IMPORT = f"{REGISTRIES}/importImage/action"


class CredentialsBody(Body):
    """How to log in to the source."""

    username: str | None = None
    password: str


class SourceBody(Body):
    """Where the image comes from."""

    source_image: str
    resource_id: str | None = None
    registry_uri: str | None = None
    credentials: CredentialsBody | None = None


class ImportBody(Body):
    """What is to be imported."""

    source: SourceBody
    target_tags: list[str] | None = None
    untagged_target_repositories: list[str] | None = None
    mode: Literal["NoForce", "Force"] = "NoForce"


@dataclass(frozen=True, slots=True)
class _Image:
    repository: str
    tag: str
    digest: str = ""


class _ImportError(Exception):
    def __init__(self, error: OperationError) -> None:
        super().__init__(error.message)
        self.error = error


def import_image(call: Call) -> Answer:
    """Import: 202 and a `Location` to ask, which tells in the end whether it went well."""
    registry = registry_of(call)
    body = call.body(ImportBody)
    source = _image(body.source.source_image)
    targets = _targets(registry, body, source)
    error: OperationError | None = None
    state = call.state
    try:
        state = _imported(call, registry, body, source, targets)
    except _ImportError as refused:
        error = refused.error
    state, operation = begin(call, state, "", "Importing", error)
    if operation is None:
        return Change(state, Reply(200))
    place = f"{_PROVIDER}/locations/{registry.location.upper()}/operationResults/{operation.id}"
    headers = ask_again(call, "Location", f"{subscription_id(call.subscription)}/providers/{place}")
    return Change(state, Reply(202, headers))


def _imported(call: Call, registry: Registry, body: ImportBody, source: _Image, targets: tuple[_Image, ...]) -> State:
    digest = _digest(call, body.source, source)
    for target in targets:
        name = f"{target.repository}:{target.tag}"
        if body.mode == "NoForce" and name in registry.images:
            raise _ImportError(OperationError(409, "Conflict", f"Tag {name} already exists in target registry."))
    images = registry.images
    for target in targets:
        images = including(images, f"{target.repository}:{target.tag}", digest)
    changed = replace(registry, images=images, modified=call.now)
    return with_registry(call.state, changed)


def _digest(call: Call, given: SourceBody, source: _Image) -> str:
    if given.resource_id:
        return _held(_by_id(call, given.resource_id, source), source)
    host, repository = place(given.registry_uri or DOCKER_HUB, source.repository)
    found = registry_at(call.state, host)
    if found:
        _check_login(found, given.credentials)
        return _held(found, source)
    _check_account(call, host, given.credentials)
    images = {
        name.removeprefix(f"{host}/"): digest
        for name, digest in call.state.public_images.items()
        if name.startswith(f"{host}/")
    }
    return _picked(images, replace(source, repository=repository), host)


def _by_id(call: Call, written: str, source: _Image) -> Registry:
    found = call.state.registries.get(key(written))
    if found is None or not _may_pull(call, found, source.repository):
        raise linked_authorization_failed(
            call.caller.client, call.caller.id, _IMPORT, call.request.decoded_path, written, "pull/read"
        )
    return found


def _may_pull(call: Call, registry: Registry, repository: str) -> bool:
    if registry.is_by_repository:
        ask = Ask(call.caller.id, f"{REGISTRIES}/repositories/content/read", registry.id, repository)
        return may_use(call.state, ask, data=True, granted_before=call.now - call.settings.grant_seconds)
    return may_act(call.state, Ask(call.caller.id, f"{REGISTRIES}/pull/read", registry.id))


def _check_login(registry: Registry, given: CredentialsBody | None) -> None:
    if given is None and registry.settings.get("anonymousPullEnabled") is True:
        return
    if given is None or not is_admin(registry, given.username or "", given.password):
        raise _unauthorized()


def _check_account(call: Call, host: str, given: CredentialsBody | None) -> None:
    if given is None or host != DOCKER_HUB:
        return
    account = call.state.docker_hub.get(given.username or "")
    if account is None or account.value != given.password:
        raise _unauthorized()


def _held(registry: Registry, source: _Image) -> str:
    return _picked(registry.images, source, registry.login_server)


def _picked(images: Mapping[str, str], source: _Image, host: str) -> str:
    digest = images.get(f"{source.repository}:{source.tag}", "")
    if source.digest:
        found = {held for name, held in images.items() if name.startswith(f"{source.repository}:")}
        digest = source.digest if source.digest in found else ""
    if digest:
        return digest
    if host == DOCKER_HUB:
        raise _unauthorized()
    message = f"The source image {source.repository}:{source.tag or source.digest} cannot be found in {host}."
    raise _ImportError(OperationError(404, "ManifestUnknown", message))


def _unauthorized() -> _ImportError:
    message = 'Unauthorized {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}'
    return _ImportError(OperationError(400, "InvalidParameters", message))


def _image(written: str) -> _Image:
    path, _, digest = written.partition("@")
    head, _, tail = path.rpartition("/")
    name, _, tag = tail.partition(":")
    if not name or any(character.isspace() for character in written) or (digest and not digest.startswith("sha256:")):
        raise bad_request("InvalidParameters", f"The image '{written}' is not of the form REPOSITORY[:TAG][@DIGEST].")
    return _Image(f"{head}/{name}" if head else name, tag or ("" if digest else "latest"), digest)


def _targets(registry: Registry, body: ImportBody, source: _Image) -> tuple[_Image, ...]:
    if not body.target_tags and not body.untagged_target_repositories:
        message = f"Missing property parameters.TargetTags for the operation against the resource {registry.name}."
        raise bad_request("MissingProperty", message)
    found = (_image(written) for written in body.target_tags or ())
    return tuple(
        _with_tag(target, written, source) for target, written in zip(found, body.target_tags or (), strict=True)
    )


def _with_tag(target: _Image, written: str, source: _Image) -> _Image:
    is_tagged = ":" in written.rpartition("/")[2]
    return target if is_tagged else replace(target, tag=source.tag or "latest")


ROUTES = (
    Route(
        "POST",
        f"{IN_GROUP}/{REGISTRIES}/{{registry}}/importImage",
        import_image,
        ApiVersions("2017-10-01"),
        "specification",
        _IMPORT,
    ),
)
