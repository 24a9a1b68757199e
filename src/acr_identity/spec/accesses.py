"""What a task may do elsewhere, and as whom: in registries, with the secrets of vaults, by logins of their own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Unpack

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from acr_identity.spec.base import Model, Tree, at_least_one, one_or_more
from acr_identity.spec.names import RepositoryName, RoleName, ScopeName, SecretName, Text
from acr_identity.spec.sources import FromVault, Secret

if TYPE_CHECKING:
    from acr_identity.spec.inputs import CredentialInput, RoleAccessInput, VaultAccessInput

ONE, SEVERAL = "[one]", "[several]"
"""What pydantic puts into the path of a value that stands alone or in a list."""
_AS_WHOM = "As whom: `system`, or a key of `identities` that the task has."

Repositories = Annotated[
    tuple[RepositoryName, ...],
    BeforeValidator(one_or_more, json_schema_input_type=RepositoryName | tuple[RepositoryName, ...]),
]
SecretNames = Annotated[
    tuple[SecretName, ...],
    AfterValidator(at_least_one),
    BeforeValidator(
        one_or_more, json_schema_input_type=SecretName | Annotated[tuple[SecretName, ...], Field(min_length=1)]
    ),
]


_OWN = Field(
    default=False,
    description="Whether a role is assigned for it even if the identity may do that already, by another assignment.",
    examples=[True],
)


class RegistryAccess(Model):
    """A registry, which of its repositories, and as whom. A text is the registry's name, and means all of it."""

    registry: str = Field(description="The registry: a key of `registries`.", examples=["mybaseregistry"])
    repositories: Repositories = Field(
        default=(),
        description="Some of its repositories: by default all. `team/*` are all whose names begin with `team/`.",
        examples=[["base/node", "team/*"]],
    )
    identity: str | None = Field(
        default=None,
        description=f"{_AS_WHOM} By default the first user-assigned one, else `system`.",
        examples=["system"],
    )

    own: bool = _OWN

    def to_tree(self) -> Tree:
        """Return the registry's name where that says all."""
        says_more = self.identity is not None or self.repositories or self.own
        return self.entries() if says_more else self.registry


class VaultAccess(Model):
    """Secrets of one vault that the task's file reads, and as whom. A list holds just their names."""

    names: SecretNames = Field(description="The names of the secrets.", examples=[["UserName", "Password"]])
    scope: Literal["secret", "vault"] = Field(
        default="secret",
        description=(
            "Where a vault that decides by roles gives the right: on each of these secrets, or on the whole vault. "
            "Access policies are always for the whole vault."
        ),
        examples=["vault"],
    )
    identity: str | None = Field(
        default=None,
        description=f"{_AS_WHOM} By default `system`, else the only user-assigned one.",
        examples=["system"],
    )

    own: bool = _OWN

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[VaultAccessInput]) -> None: ...

    def to_tree(self) -> Tree:
        """Return the list of names where that says all."""
        says_more = self.identity is not None or self.own or self.scope != "secret"
        return self.entries() if says_more else [*self.names]


class RoleAccess(Model):
    """A role at a scope, for what a step does as the identity: a login with `az`, a purge, an import."""

    role: RoleName = Field(
        description="The role, built in or one of your own: its name, its GUID, or the id of its definition.",
        examples=["Reader"],
    )
    scope: ScopeName = Field(
        description=(
            "Where it counts: a key of `registries`, `vaults` or `identities`; `resource_group` or `subscription`, "
            "which are those of the spec; or a whole id."
        ),
        examples=["mybaseregistry", "/subscriptions/…/resourceGroups/…"],
    )
    identity: str | None = Field(
        default=None,
        description=f"{_AS_WHOM} By default the first user-assigned one, else `system`.",
        examples=["system"],
    )
    condition: Annotated[Text, AfterValidator(str.strip)] | None = Field(
        default=None,
        description="Under which condition it counts, in version 2.0 of the language for conditions.",
        examples=["@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'"],
    )

    own: bool = _OWN

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[RoleAccessInput]) -> None: ...


class Credential(Model):
    """A login for a registry that does not know Azure identities, such as Docker Hub."""

    user_name: Secret = Field(description="The user's name.", examples=[{"vault": "mykeyvault", "secret": "UserName"}])
    password: Secret = Field(description="The password.", examples=[{"env": "DOCKER_PASSWORD"}])
    identity: str | None = Field(
        default=None, description=f"{_AS_WHOM} It reads the vault; by default as for `secrets`.", examples=["system"]
    )

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[CredentialInput]) -> None: ...

    @property
    def vaults(self) -> tuple[str, ...]:
        """Return the keys of the vaults that hold a part of the login, each once."""
        parts = (self.user_name, self.password)
        return tuple(dict.fromkeys(part.vault for part in parts if isinstance(part, FromVault)))


def _registry(value: object) -> object:
    return {"registry": value} if isinstance(value, str) else value


def _registries(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _access(value: object) -> object:
    return {"names": value} if isinstance(value, Sequence) else value


def _how_many(value: object) -> str:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ONE
    return SEVERAL if any(isinstance(each, Mapping | VaultAccess) for each in value) else ONE


def _only(value: VaultAccess | tuple[VaultAccess, ...]) -> VaultAccess | tuple[VaultAccess, ...]:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


RegistryEntry = Annotated[RegistryAccess, BeforeValidator(_registry, json_schema_input_type=str | RegistryAccess)]
RegistryEntries = Annotated[
    tuple[RegistryEntry, ...],
    BeforeValidator(_registries, json_schema_input_type=str | tuple[RegistryEntry, ...]),
]
AccessEntry = Annotated[
    VaultAccess,
    BeforeValidator(_access, json_schema_input_type=SecretName | tuple[SecretName, ...] | VaultAccess),
]
AccessEntries = Annotated[
    Annotated[AccessEntry, Tag(ONE)] | Annotated[tuple[VaultAccess, ...], Tag(SEVERAL)],
    Discriminator(_how_many),
    AfterValidator(_only),
]
"""The access to one vault: secrets that one identity reads, or a list of such, one for each identity."""
