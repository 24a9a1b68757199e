"""What exists before the first request: a description that a person can write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, Unpack

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from acr_identity.emulator import identities, registries, resources, vaults
from acr_identity.emulator.files import DescriptionError, read_description
from acr_identity.emulator.kernel.images import Reference
from acr_identity.emulator.vaults import secrets as vault_secrets
from acr_identity.emulator.world_access import (
    AtPlace,
    Guid,
    Part,
    WorldDenyAssignment,
    WorldDirectoryGroup,
    WorldRole,
    WorldServicePrincipal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acr_identity.emulator.world_inputs import WorldInput

_T = TypeVar("_T")


class WorldError(DescriptionError):
    """A description of a world that cannot be used: the file, the place in it, and what to change."""


class WorldGroup(Part):
    """A resource group."""

    location: str | None = Field(default=None, description="Its region; the world's when left out.")
    tags: dict[str, str] = Field(default_factory=dict, description="Its tags.")


class _InGroup(Part):
    resource_group: str | None = Field(
        default=None, description="Its resource group; the only one when there is only one."
    )
    location: str | None = Field(default=None, description="Its region; that of its resource group when left out.")
    tags: dict[str, str] = Field(default_factory=dict, description="Its tags.")


class WorldRegistry(_InGroup):
    """A container registry."""

    sku: Literal["Basic", "Standard", "Premium"] = Field(default="Basic", description="Its service tier.")
    role_assignment_mode: Literal["LegacyRegistryPermissions", "AbacRepositoryPermissions"] = Field(
        default="LegacyRegistryPermissions", description="Whether roles count for the registry or for each repository."
    )
    images: tuple[str, ...] = Field(default=(), description="The images in it, as REPOSITORY:TAG.")
    login_server: str | None = Field(default=None, description="Its host; NAME.azurecr.io when left out.")
    anonymous_pull: bool = Field(default=False, description="Whether everybody may pull.")

    @field_validator("images")
    @classmethod
    def _images_have_no_host(cls, images: tuple[str, ...]) -> tuple[str, ...]:
        for image in images:
            Reference.read(f"registry.invalid/{image}")
        return images


class WorldVault(_InGroup):
    """A key vault."""

    secrets: dict[str, SecretStr] = Field(default_factory=dict, description="The secrets in it, by name.")
    rbac: bool = Field(default=False, description="Whether roles decide about access, not access policies.")

    @field_validator("secrets")
    @classmethod
    def _names_are_valid(cls, secrets: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return _checked_names("secret", vault_secrets.NAME, secrets)


class WorldIdentity(_InGroup):
    """A user-assigned managed identity."""


def _deployer() -> dict[str, WorldServicePrincipal]:
    deployer = WorldServicePrincipal(
        client_id="33333333-3333-3333-3333-333333333333",
        secret=SecretStr("emulator-demo-secret"),
        roles=(WorldRole(role="Owner"),),
    )
    return {"deployer": deployer}


class World(Part):
    """All that exists before the first request.

    >>> World(resource_groups={"rg": {}}, registries={"myregistry": {}}).registries["myregistry"].sku
    'Basic'
    """

    subscription: Guid = Field(
        default="11111111-1111-1111-1111-111111111111", description="The id of the subscription."
    )
    tenant: Guid = Field(default="22222222-2222-2222-2222-222222222222", description="The id of the directory.")
    location: str = Field(default="eastus", description="The region of whatever names none.")
    resource_groups: dict[str, WorldGroup] = Field(default_factory=dict, description="Resource groups by name.")
    registries: dict[str, WorldRegistry] = Field(default_factory=dict, description="Container registries by name.")
    vaults: dict[str, WorldVault] = Field(default_factory=dict, description="Key vaults by name.")
    identities: dict[str, WorldIdentity] = Field(
        default_factory=dict, description="User-assigned managed identities by name."
    )
    service_principals: dict[str, WorldServicePrincipal] = Field(
        default_factory=_deployer,
        description="Applications that may sign in, by name; one, `deployer`, the owner of it all, when left out.",
    )
    groups: dict[str, WorldDirectoryGroup] = Field(
        default_factory=dict, description="Groups of the directory, by name."
    )
    deny_assignments: dict[str, WorldDenyAssignment] = Field(
        default_factory=dict, description="What is denied whatever roles allow, by a name of one's own."
    )
    images: tuple[str, ...] = Field(
        default=(), description="Images of public registries, which are pulled without a login, as HOST/REPOSITORY:TAG."
    )
    unregistered: tuple[str, ...] = Field(
        default=(), description="Namespaces that the subscription does not use yet, like Microsoft.KeyVault."
    )
    disabled: bool = Field(
        default=False, description="Whether the subscription is disabled: then nothing in it can be changed."
    )
    git_tokens: tuple[SecretStr, ...] | None = Field(
        default=None,
        description="The tokens that may make webhooks in git repositories; every token may when left out.",
    )
    docker_hub: dict[str, SecretStr] = Field(
        default_factory=dict, description="Accounts of Docker Hub: the password by user name."
    )
    contexts: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Git contexts by address, each with the text of its files by path."
    )

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[WorldInput]) -> None: ...

    @field_validator("resource_groups")
    @classmethod
    def _groups_are_named(cls, groups: dict[str, WorldGroup]) -> dict[str, WorldGroup]:
        return _checked_names("resource group", resources.NAME, groups)

    @field_validator("registries")
    @classmethod
    def _registries_fit(cls, found: dict[str, WorldRegistry], info: ValidationInfo) -> dict[str, WorldRegistry]:
        _check_groups("registry", found, info)
        return _checked_names("registry", registries.NAME, found)

    @field_validator("vaults")
    @classmethod
    def _vaults_fit(cls, found: dict[str, WorldVault], info: ValidationInfo) -> dict[str, WorldVault]:
        _check_groups("vault", found, info)
        return _checked_names("vault", vaults.NAME, found)

    @field_validator("identities")
    @classmethod
    def _identities_fit(cls, found: dict[str, WorldIdentity], info: ValidationInfo) -> dict[str, WorldIdentity]:
        _check_groups("identity", found, info)
        return _checked_names("identity", identities.NAME, found)

    @field_validator("service_principals")
    @classmethod
    def _principals_fit(
        cls, found: dict[str, WorldServicePrincipal], info: ValidationInfo
    ) -> dict[str, WorldServicePrincipal]:
        clients: set[str] = set()
        for name, principal in found.items():
            if principal.client_id.lower() in clients:
                raise ValueError(f"service principal '{name}' has the client_id of another; give it its own")
            clients.add(principal.client_id.lower())
            for role in principal.roles:
                _check_place(f"service principal '{name}' has a role", role, info)
        return found

    @field_validator("groups")
    @classmethod
    def _groups_fit(cls, found: dict[str, WorldDirectoryGroup], info: ValidationInfo) -> dict[str, WorldDirectoryGroup]:
        for name, group in found.items():
            _check_principals(f"group '{name}' has", group.members, (*_principals(info), *found))
            for role in group.roles:
                _check_place(f"group '{name}' has a role", role, info)
        return found

    @field_validator("deny_assignments")
    @classmethod
    def _denials_fit(
        cls, found: dict[str, WorldDenyAssignment], info: ValidationInfo
    ) -> dict[str, WorldDenyAssignment]:
        for name, denial in found.items():
            _check_principals(
                f"deny assignment '{name}' names", (*denial.principals, *denial.exclude), _principals(info)
            )
            _check_place(f"deny assignment '{name}' is", denial, info)
        return found

    @field_validator("images")
    @classmethod
    def _images_are_references(cls, images: tuple[str, ...]) -> tuple[str, ...]:
        for image in images:
            Reference.read(image)
        return images

    @classmethod
    def load(cls, path: Path | str) -> World:
        """Read a world from a YAML file.

        Raises:
            WorldError: The file cannot be read, is not YAML, or describes no world.
        """
        file = Path(path)
        try:
            content = read_description(file)
            return cls.model_validate({} if content is None else content)
        except DescriptionError as error:
            raise WorldError(error.path, error.place, error.fix) from error
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            raise WorldError(
                file, ".".join(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")
            ) from error

    def group_of(self, resource_group: str | None) -> str:
        """Return the resource group that is meant, spelled as it is declared."""
        names = {name.lower(): name for name in self.resource_groups}
        return names[resource_group.lower()] if resource_group else next(iter(self.resource_groups))


def _check_groups(what: str, found: Mapping[str, _InGroup], info: ValidationInfo) -> None:
    if "resource_groups" not in info.data:
        return
    declared = {name.lower() for name in info.data["resource_groups"]}
    for name, item in found.items():
        group = item.resource_group
        if group is None and len(declared) != 1:
            raise ValueError(f"{what} '{name}' needs a resource_group, because there is not exactly one of them")
        if group is not None and group.lower() not in declared:
            raise ValueError(f"{what} '{name}' is in resource group '{group}'; add it under resource_groups")


_HOLDERS = {"resource_group": "resource_groups", "registry": "registries", "vault": "vaults", "identity": "identities"}


def _check_place(what: str, at: AtPlace, info: ValidationInfo) -> None:
    for kind, place in at.places().items():
        holder = _HOLDERS[kind]
        if place is None or holder not in info.data:
            continue
        if place.lower() not in {declared.lower() for declared in info.data[holder]}:
            raise ValueError(f"{what} at {kind} '{place}'; add it under {holder}")


def _principals(info: ValidationInfo) -> tuple[str, ...]:
    return tuple(name for kind in ("identities", "service_principals", "groups") for name in info.data.get(kind, ()))


def _check_principals(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    declared = {name.lower() for name in known}
    for name in names:
        if name.lower() not in declared:
            raise ValueError(f"{what} '{name}'; add it under identities, service_principals or groups")


def _checked_names(what: str, pattern: str, found: dict[str, _T]) -> dict[str, _T]:
    seen: set[str] = set()
    for name in found:
        if re.fullmatch(pattern, name) is None:
            raise ValueError(f"the name of {what} '{name}' must match {pattern}")
        if name.lower() in seen:
            raise ValueError(f"{what} '{name}' is there twice: casing does not count, keep one")
        seen.add(name.lower())
    return found
