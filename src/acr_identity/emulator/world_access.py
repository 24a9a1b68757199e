"""Who may do what in a world, and who may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from acr_identity.emulator.kernel.arm import GUID
from acr_identity.emulator.rights.conditions import read_condition
from acr_identity.emulator.rights.roles import role_named

if TYPE_CHECKING:
    from collections.abc import Mapping

Guid: TypeAlias = Annotated[str, Field(pattern=rf"^{GUID.pattern}$")]


class Part(BaseModel):
    """A part of a world."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AtPlace(Part):
    """Something that counts at one place: the subscription when nothing else is named."""

    resource_group: str | None = Field(default=None, description="The resource group where it counts.")
    registry: str | None = Field(default=None, description="The registry where it counts.")
    vault: str | None = Field(default=None, description="The vault where it counts.")
    identity: str | None = Field(default=None, description="The user-assigned identity where it counts.")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in self.places().values()) > 1:
            raise ValueError("it counts at one place; name the others in entries of their own")
        return self

    def places(self) -> Mapping[str, str | None]:
        """Return where it counts: the name of the place by its kind, `None` for the kinds that are not named."""
        return {
            "resource_group": self.resource_group,
            "registry": self.registry,
            "vault": self.vault,
            "identity": self.identity,
        }


class WorldRole(AtPlace):
    """A role of somebody, at the subscription when it names nothing else."""

    role: str = Field(description="The name of a built-in role, like AcrPull.")

    @field_validator("role")
    @classmethod
    def _role_is_known(cls, role: str) -> str:
        if role_named(role) is None:
            raise ValueError(f"there is no built-in role '{role}' here; check its name")
        return role


class WorldServicePrincipal(Part):
    """An application that may sign in with a secret."""

    client_id: Guid = Field(description="Its client id, also called application id.")
    secret: SecretStr = Field(description="What it signs in with.", min_length=1)
    roles: tuple[WorldRole, ...] = Field(default=(), description="Its roles.")


class WorldDirectoryGroup(Part):
    """A group of the directory: its roles are those of whoever is in it."""

    members: tuple[str, ...] = Field(
        default=(), description="Who is in it: names of identities, of service principals and of other groups."
    )
    roles: tuple[WorldRole, ...] = Field(default=(), description="Its roles.")


class WorldDenyAssignment(AtPlace):
    """What is denied at a place and below it, as Azure itself denies it: nobody can change or delete that."""

    actions: tuple[str, ...] = Field(default=(), description="Actions on resources that are denied.")
    not_actions: tuple[str, ...] = Field(default=(), description="What is left of those.")
    data_actions: tuple[str, ...] = Field(default=(), description="Actions on the data in resources that are denied.")
    not_data_actions: tuple[str, ...] = Field(default=(), description="What is left of those.")
    principals: tuple[str, ...] = Field(
        default=(),
        description="For whom: names of identities, of service principals and of groups; everybody when left out.",
    )
    exclude: tuple[str, ...] = Field(default=(), description="For whom it does not count.")
    condition: str | None = Field(default=None, description="Under which condition it counts.")
    here_only: bool = Field(default=False, description="Whether it counts at the place only, and not below it.")
    audit: bool = Field(default=False, description="Whether it denies nothing, and is only written down.")

    @field_validator("condition")
    @classmethod
    def _condition_is_read(cls, condition: str | None) -> str | None:
        if condition is not None:
            read_condition(condition)
        return condition
