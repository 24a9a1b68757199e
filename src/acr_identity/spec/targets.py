"""What the spec names in Azure: registries, vaults and identities."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, Unpack

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from acr_identity.ids import ArmId
from acr_identity.spec import names
from acr_identity.spec.base import Model
from acr_identity.spec.mistakes import Mistake, listed, quoted, refusal, refuse
from acr_identity.spec.names import Location, ResourceGroupName, Rule, SubscriptionId, TagName, TagValue

if TYPE_CHECKING:
    from acr_identity.spec.inputs import IdentityInput

_MOST_TAGS = 45
_SUBSCRIPTION_EXAMPLE = "11111111-1111-1111-1111-111111111111"


def _few(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > _MOST_TAGS:
        raise refusal(
            f"These are {len(tags)} tags, at most {_MOST_TAGS} are allowed.",
            "Azure takes 50, and five are kept for the marks of this program.",
        )
    return tags


Tags = Annotated[dict[TagName, TagValue], AfterValidator(_few)]
"""Tags of an Azure resource: at most 45, for Azure takes 50 and this program sets some of its own."""


class Target(Model):
    """Something in Azure: by default in the spec's subscription and resource group.

    What differs between the kinds of target stands in their classes: the key of the spec that lists them, the word for
    one, its provider and type in Azure, the rule for its name, and whether it must exist.
    """

    section: ClassVar[str]
    word: ClassVar[str]
    provider: ClassVar[str]
    kind: ClassVar[str]
    rule: ClassVar[Rule]
    must_exist: ClassVar[bool] = True

    subscription: SubscriptionId | None = Field(
        default=None, description="The id of the subscription, if not the spec's.", examples=[_SUBSCRIPTION_EXAMPLE]
    )
    resource_group: ResourceGroupName | None = Field(
        default=None, description="The resource group, if not the spec's.", examples=["base-images"]
    )
    id: str | None = Field(
        default=None,
        description="The whole resource id, instead of subscription and resource group. The key is then a free label.",
        examples=["/subscriptions/…/resourceGroups/…/providers/…"],
    )

    @field_validator("id")
    @classmethod
    def _check_id(cls, value: str | None) -> str | None:
        if value is not None and not _leads_to(cls, value):
            raise refusal(
                f"{quoted(value)} is not the id of a resource of type {cls.provider}/{cls.kind}.",
                f"One reads /subscriptions/GUID/resourceGroups/NAME/providers/{cls.provider}/{cls.kind}/NAME.",
            )
        return value

    @model_validator(mode="after")
    def _check_alone(self) -> Self:
        given = [name for name in ("subscription", "resource_group") if getattr(self, name) is not None]
        if self.id is not None and given:
            message = f"`id` says already what {listed(f'`{name}`' for name in given)} would say."
            refuse(type(self).__name__, [Mistake(message, "Keep one of them.", ("id",))])
        return self

    def arm_id(self, name: str, subscription: str, resource_group: str) -> ArmId:
        """Return the resource id: the whole one if it is given, else the name in our group or in the default one."""
        group = (self.subscription or subscription, self.resource_group or resource_group)
        return _parsed(self.id) if self.id is not None else _named(*group, self.provider, self.kind, name)


class Registry(Target):
    """A container registry that exists."""

    section: ClassVar = "registries"
    word: ClassVar = "registry"
    provider: ClassVar = "Microsoft.ContainerRegistry"
    kind: ClassVar = "registries"
    rule: ClassVar = names.REGISTRY


class Vault(Target):
    """A key vault that exists."""

    section: ClassVar = "vaults"
    word: ClassVar = "vault"
    provider: ClassVar = "Microsoft.KeyVault"
    kind: ClassVar = "vaults"
    rule: ClassVar = names.VAULT


class Identity(Target):
    """A user-assigned identity. It is created if it does not exist."""

    section: ClassVar = "identities"
    word: ClassVar = "identity"
    provider: ClassVar = "Microsoft.ManagedIdentity"
    kind: ClassVar = "userAssignedIdentities"
    rule: ClassVar = names.IDENTITY
    must_exist: ClassVar = False

    location: Location | None = Field(
        default=None, description="Where the identity is created, if not in the spec's location.", examples=["eastus"]
    )
    tags: Tags = Field(
        default_factory=dict, description="The tags of an identity that is created.", examples=[{"team": "platform"}]
    )

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[IdentityInput]) -> None: ...


TARGETS: Mapping[str, type[Target]] = {each.section: each for each in (Registry, Vault, Identity)}
"""The kinds of target, by the key of the spec that lists them."""

# Each task of a spec asks for the same few ids again and again.
_parsed = lru_cache(maxsize=1 << 16)(ArmId)


@lru_cache(maxsize=1 << 16)
def _named(subscription: str, resource_group: str, provider: str, kind: str, name: str) -> ArmId:
    return ArmId.group(subscription, resource_group).provided(provider, kind, name)


def _leads_to(target: type[Target], text: str) -> bool:
    parts = text.strip("/").split("/")
    expected = ("subscriptions", None, "resourceGroups", None, "providers", target.provider, target.kind, None)
    if not text.startswith("/") or len(parts) != len(expected):
        return False
    words = all(want is None or want.lower() == part.lower() for want, part in zip(expected, parts, strict=True))
    known = names.SUBSCRIPTION.holds(parts[1]) and names.RESOURCE_GROUP.holds(parts[3]) and target.rule.holds(parts[-1])
    return words and known


def _target(value: object) -> object:
    match value:
        case None:
            return {}
        case str():
            return {"id": value}
        case _:
            return value


RegistryEntry = Annotated[Registry, BeforeValidator(_target, json_schema_input_type=Registry | str | None)]
"""A registry; a text is its whole id, and nothing stands for the defaults."""
VaultEntry = Annotated[Vault, BeforeValidator(_target, json_schema_input_type=Vault | str | None)]
"""A vault; a text is its whole id, and nothing stands for the defaults."""
IdentityEntry = Annotated[Identity, BeforeValidator(_target, json_schema_input_type=Identity | str | None)]
"""An identity; a text is its whole id, and nothing stands for the defaults."""
