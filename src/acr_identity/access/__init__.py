"""Who needs which right on which resource, and what role assignments that are there give. Pure."""

from acr_identity.access.definitions import BUILT_IN, READ_SECRET, permissions_of
from acr_identity.access.effective import AppliesTo, Given, Missing, Unknown, Verdict, is_above, judge
from acr_identity.access.names import Where
from acr_identity.access.needed import (
    Operation,
    RegistryRight,
    Right,
    RoleRight,
    SecretRight,
    needed_places,
    rights,
    task_identity,
    task_rights,
    vaults_read,
)
from acr_identity.access.stated_roles import is_known, role_of, role_stated

__all__ = [
    "BUILT_IN",
    "READ_SECRET",
    "AppliesTo",
    "Given",
    "Missing",
    "Operation",
    "RegistryRight",
    "Right",
    "RoleRight",
    "SecretRight",
    "Unknown",
    "Verdict",
    "Where",
    "is_above",
    "is_known",
    "judge",
    "needed_places",
    "permissions_of",
    "rights",
    "role_of",
    "role_stated",
    "task_identity",
    "task_rights",
    "vaults_read",
]
