"""Between the wire and our values: answers are read as JSON, requests are made of the SDK's models."""

from acr_identity.sdk.convert.bodies import (
    AssignmentBody,
    Body,
    IdentityBody,
    LogBody,
    RegistryBody,
    ResourceBody,
    RunBody,
    VaultBody,
)
from acr_identity.sdk.convert.hidden import hidden_secrets, lost_by_writing
from acr_identity.sdk.convert.principals import client_id_of, principal_id_of
from acr_identity.sdk.convert.resources import (
    assignment_from_wire,
    identity_from_wire,
    registry_from_wire,
    vault_from_wire,
)
from acr_identity.sdk.convert.runs import run_from_wire, run_request
from acr_identity.sdk.convert.task_bodies import TaskBody
from acr_identity.sdk.convert.task_from_wire import task_from_wire
from acr_identity.sdk.convert.task_to_wire import (
    credential_patch,
    credential_removal,
    credential_secrets,
    secrets_of,
    task_identity,
    task_patch,
    task_tags,
    task_to_create,
    task_to_replace,
)

__all__ = [
    "AssignmentBody",
    "Body",
    "IdentityBody",
    "LogBody",
    "RegistryBody",
    "ResourceBody",
    "RunBody",
    "TaskBody",
    "VaultBody",
    "assignment_from_wire",
    "client_id_of",
    "credential_patch",
    "credential_removal",
    "credential_secrets",
    "hidden_secrets",
    "identity_from_wire",
    "lost_by_writing",
    "principal_id_of",
    "registry_from_wire",
    "run_from_wire",
    "run_request",
    "secrets_of",
    "task_from_wire",
    "task_identity",
    "task_patch",
    "task_tags",
    "task_to_create",
    "task_to_replace",
    "vault_from_wire",
]
