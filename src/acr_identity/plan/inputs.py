"""What a plan was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.secrecy import NotPickled

if TYPE_CHECKING:
    from acr_identity.spec import Spec


@dataclass(frozen=True, slots=True)
class PlanInputs(NotPickled):
    """What a provisioner made a plan from, besides what Azure had.

    Args:
        spec: the spec as it was planned, with what the environment had.
        tasks: the tasks that were asked for; `None` stands for all.
        cloud: the address of the cloud's Resource Manager, or `emulator`.
        prune: whether what left the spec as a whole goes.
        adopt: whether marks are written again, or taken over.
    """

    spec: Spec
    tasks: tuple[str, ...] | None
    cloud: str
    prune: bool = False
    adopt: bool = False

    _instead = "what a plan was made from holds secrets: send the spec, and plan there"
