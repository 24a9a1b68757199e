"""What exists before the first request: a description that a person can write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from acr_identity.emulator import identities, registries, resources
from acr_identity.emulator.arm import GUID
from acr_identity.emulator.images import Reference
from acr_identity.emulator.vaults import handlers as vaults
from acr_identity.emulator.vaults import secrets as vault_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

_T = TypeVar("_T")
Guid: TypeAlias = Annotated[str, Field(pattern=rf"^{GUID.pattern}$")]


class WorldError(ValueError):
    """A description of a world that cannot be used: the file, the place in it, and what to change."""

    def __init__(self, path: Path, place: str, fix: str) -> None:
        super().__init__(f"{path}: {place}: {fix}" if place else f"{path}: {fix}")
        self.path = path
        self.place = place
        self.fix = fix


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class WorldGroup(_Part):
    """A resource group."""

    location: str | None = Field(None, description="Its region; the world's when left out.")
    tags: dict[str, str] = Field(default_factory=dict, description="Its tags.")


class _InGroup(_Part):
    resource_group: str | None = Field(None, description="Its resource group; the only one when there is only one.")
    location: str | None = Field(None, description="Its region; that of its resource group when left out.")
    tags: dict[str, str] = Field(default_factory=dict, description="Its tags.")


class WorldRegistry(_InGroup):
    """A container registry."""

    sku: Literal["Basic", "Standard", "Premium"] = Field("Basic", description="Its service tier.")
    role_assignment_mode: Literal["LegacyRegistryPermissions", "AbacRepositoryPermissions"] = Field(
        "LegacyRegistryPermissions", description="Whether roles count for the registry or for each repository."
    )
    images: tuple[str, ...] = Field((), description="The images in it, as REPOSITORY:TAG.")
    login_server: str | None = Field(None, description="Its host; NAME.azurecr.io when left out.")
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


class World(_Part):
    """All that exists before the first request.

    >>> World(resource_groups={"rg": {}}, registries={"myregistry": {}}).registries["myregistry"].sku
    'Basic'
    """

    subscription: Guid = Field("11111111-1111-1111-1111-111111111111", description="The id of the subscription.")
    tenant: Guid = Field("22222222-2222-2222-2222-222222222222", description="The id of the directory.")
    location: str = Field("eastus", description="The region of whatever names none.")
    resource_groups: dict[str, WorldGroup] = Field(default_factory=dict, description="Resource groups by name.")
    registries: dict[str, WorldRegistry] = Field(default_factory=dict, description="Container registries by name.")
    vaults: dict[str, WorldVault] = Field(default_factory=dict, description="Key vaults by name.")
    identities: dict[str, WorldIdentity] = Field(
        default_factory=dict, description="User-assigned managed identities by name."
    )
    images: tuple[str, ...] = Field(
        (), description="Images of public registries, which are pulled without a login, as HOST/REPOSITORY:TAG."
    )
    docker_hub: dict[str, SecretStr] = Field(
        default_factory=dict, description="Accounts of Docker Hub: the password by user name."
    )
    contexts: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Git contexts by address, each with the text of its files by path."
    )

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
            with file.open(encoding="utf-8") as stream:
                content: object = yaml.safe_load(stream)
        except (OSError, UnicodeDecodeError) as error:
            raise WorldError(
                file, "", f"it cannot be read ({type(error).__name__}); give the path of a YAML file"
            ) from error
        except yaml.YAMLError as error:
            raise WorldError(file, _position(error), "it is not YAML; check indentation and quotes here") from error
        try:
            return cls.model_validate(content if content is not None else {})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            raise WorldError(
                file, ".".join(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")
            ) from error

    def group_of(self, resource_group: str | None) -> str:
        """The resource group that is meant, spelled as it is declared."""
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


def _checked_names(what: str, pattern: str, found: dict[str, _T]) -> dict[str, _T]:
    seen: set[str] = set()
    for name in found:
        if re.fullmatch(pattern, name) is None:
            raise ValueError(f"the name of {what} '{name}' must match {pattern}")
        if name.lower() in seen:
            raise ValueError(f"{what} '{name}' is there twice: casing does not count, keep one")
        seen.add(name.lower())
    return found


def _position(error: yaml.YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
