"""The names of things in Azure: resource ids, clouds, built-in roles, and the marks and names that we give."""

from acr_identity.ids.arm import ArmId
from acr_identity.ids.clouds import CLOUD_VARIABLE, CLOUDS, PUBLIC_CLOUD, Cloud, is_https
from acr_identity.ids.marks import (
    ADDED_TAG,
    CREATED,
    MARK_TAG,
    WAIT_TAG,
    WAITS,
    assignment_name,
    describe,
    fingerprint,
    is_described_by_us,
    is_record,
    remember,
    remembered,
)
from acr_identity.ids.roles import Role

__all__ = [
    "ADDED_TAG",
    "CLOUDS",
    "CLOUD_VARIABLE",
    "CREATED",
    "MARK_TAG",
    "PUBLIC_CLOUD",
    "WAITS",
    "WAIT_TAG",
    "ArmId",
    "Cloud",
    "Role",
    "assignment_name",
    "describe",
    "fingerprint",
    "is_described_by_us",
    "is_https",
    "is_record",
    "remember",
    "remembered",
]
