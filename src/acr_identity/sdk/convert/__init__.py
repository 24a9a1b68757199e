"""Between the SDK's models and our values: nothing else in this package knows both."""

from acr_identity.sdk.convert.hidden import lost_by_writing
from acr_identity.sdk.convert.principals import client_id_of, principal_id_of
from acr_identity.sdk.convert.resources import (
    AssignmentBody,
    IdentityBody,
    RegistryBody,
    as_tags,
    assignment_from_wire,
    identity_from_body,
    identity_from_wire,
    registry_from_body,
    registry_from_wire,
    vault_from_wire,
)
from acr_identity.sdk.convert.runs import run_from_wire, run_request
from acr_identity.sdk.convert.task_from_wire import task_from_wire
from acr_identity.sdk.convert.task_to_wire import (
    credential_patch,
    credential_removal,
    credential_secrets,
    secrets_of,
    task_identity,
    task_patch,
    task_to_create,
    task_to_replace,
)

__all__ = [
    "AssignmentBody",
    "IdentityBody",
    "RegistryBody",
    "as_tags",
    "assignment_from_wire",
    "client_id_of",
    "credential_patch",
    "credential_removal",
    "credential_secrets",
    "identity_from_body",
    "identity_from_wire",
    "lost_by_writing",
    "principal_id_of",
    "registry_from_body",
    "registry_from_wire",
    "run_from_wire",
    "run_request",
    "secrets_of",
    "task_from_wire",
    "task_identity",
    "task_patch",
    "task_to_create",
    "task_to_replace",
    "vault_from_wire",
]
