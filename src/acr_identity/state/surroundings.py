"""What there is besides what a spec names: read only to say what was probably meant by a name that leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids import ArmId


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The resource groups, registries and vaults of a subscription, as far as the caller sees them.

    A subscription that is not there, or of which the caller sees nothing, has none.
    """

    groups: tuple[str, ...] = ()
    resources: tuple[ArmId, ...] = ()
