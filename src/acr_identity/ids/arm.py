"""Azure Resource Manager ids: compared without regard to case, printed as given."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import total_ordering


@total_ordering
@dataclass(frozen=True, eq=False, slots=True)
class ArmId:
    """The id of a resource, a resource group or a subscription.

    Ids are case-insensitive (Azure Resource Manager, "Resource naming"), and services answer with their own spelling;
    so two ids are equal whatever their case, while `str` gives back what was read.

    >>> ArmId("/subscriptions/S/resourceGroups/RG") == ArmId("/subscriptions/s/resourcegroups/rg")
    True
    """

    text: str
    _parts: tuple[str, ...] = field(init=False, repr=False)
    _key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse text that is no ARM id.

        Raises:
            ValueError: the text does not begin with `/subscriptions/` or has an odd number of parts.
        """
        parts = tuple(self.text.strip("/").split("/"))
        if len(parts) % 2 or not all(parts) or parts[0].lower() != "subscriptions":
            raise ValueError(
                f"{self.text!r} is no resource id; one reads /subscriptions/…/resourceGroups/…/providers/…"
            )
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_key", "/" + "/".join(parts).lower())

    @classmethod
    def group(cls, subscription: str, name: str) -> ArmId:
        """Return the id of a resource group."""
        return cls(f"/subscriptions/{subscription}/resourceGroups/{name}")

    def provided(self, provider: str, kind: str, name: str) -> ArmId:
        """Return the id of a resource of this group: `provider` is a namespace such as `Microsoft.KeyVault`."""
        return ArmId(f"{self.text.rstrip('/')}/providers/{provider}/{kind}/{name}")

    def child(self, kind: str, name: str) -> ArmId:
        """Return the id of a child, such as a task of a registry."""
        return ArmId(f"{self.text.rstrip('/')}/{kind}/{name}")

    @property
    def parent(self) -> ArmId:
        """Return the id without its last kind and name: of a task, its registry."""
        return ArmId("/" + "/".join(self._parts[:-2]))

    @property
    def resource(self) -> ArmId:
        """Return what a right at this scope is a right on: of a secret its vault, else itself."""
        return self.parent if self.kind == "secrets" else self

    @property
    def subscription(self) -> str:
        """Return the subscription's id."""
        return self._parts[1]

    @property
    def resource_group(self) -> str:
        """Return the resource group's name, or an empty text for a subscription."""
        return self._parts[3] if len(self._parts) > 3 else ""  # noqa: PLR2004 - /subscriptions/S/resourceGroups/NAME

    @property
    def kind(self) -> str:
        """Return the word before the name: `registries`, whatever its case in the id."""
        return self._parts[-2].lower()

    @property
    def name(self) -> str:
        """Return the last part."""
        return self._parts[-1]

    @property
    def words(self) -> str:
        """Return the name, and of a secret that of its vault too."""
        return scope_words(self.text)

    def contains(self, other: ArmId) -> bool:
        """Say whether a role assignment at this scope holds for the other one: it is the same, or above it."""
        return other._key == self._key or other._key.startswith(self._key + "/")

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArmId) and self._key == other._key

    def __lt__(self, other: ArmId) -> bool:
        return self._key < other._key

    def __hash__(self) -> int:
        return hash(self._key)


def scope_words(scope: str) -> str:
    """Return the name of where a role is assigned, and of a secret that of its vault too.

    >>> scope_words("/subscriptions/S/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/secrets/Word")
    'secret Word of kv'
    """
    *above, name = scope.rstrip("/").split("/")
    if len(above) > 1 and above[-1].lower() == "secrets":
        return f"secret {name} of {above[-2]}"
    return name or scope
