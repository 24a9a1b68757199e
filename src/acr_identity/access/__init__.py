"""Who needs which right on which resource, and what role assignments that are there give. Pure."""

from acr_identity.access.conditions import Where
from acr_identity.access.definitions import BUILT_IN, READ_SECRET, permissions_of
from acr_identity.access.effective import AppliesTo, Given, Missing, Unknown, Verdict, judge
from acr_identity.access.needed import (
    Operation,
    RegistryRight,
    Right,
    SecretRight,
    rights,
    task_identity,
    task_rights,
)

__all__ = [
    "BUILT_IN",
    "READ_SECRET",
    "AppliesTo",
    "Given",
    "Missing",
    "Operation",
    "RegistryRight",
    "Right",
    "SecretRight",
    "Unknown",
    "Verdict",
    "Where",
    "judge",
    "permissions_of",
    "rights",
    "task_identity",
    "task_rights",
]
