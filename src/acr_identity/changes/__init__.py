"""What may be done to Azure: a closed union of frozen changes.

A change is a value. It can be shown, compared and stored, and other programs can render it; only `execute` acts on it.
Each says why it is there. `key` names it within a plan. What a kind is called, what it belongs with, which request
makes it and whom it grants stands in its class, and nowhere else.
"""

from typing import TypeAlias

from acr_identity.changes.credentials import CredentialChange, RemoveCredential, SetCredential
from acr_identity.changes.grants import (
    VAULT_PERMISSION,
    AccessMark,
    AddVaultAccess,
    AssignRole,
    GrantChange,
    MarkRoleAssignment,
    MarkVault,
    RemoveRoleAssignment,
    RemoveVaultAccess,
)
from acr_identity.changes.identities import (
    CreateIdentity,
    DeleteIdentity,
    IdentityChange,
    UpdateIdentity,
    known_with_identity,
)
from acr_identity.changes.kind import Action, AnyChange, Kind, Patience, Topic
from acr_identity.changes.tasks import (
    CreateTask,
    DeleteTask,
    EnableTask,
    ReplaceTask,
    TaskChange,
    UpdateTask,
    known_with_task,
)
from acr_identity.changes.values import (
    FieldChange,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    SourceLogin,
    StatedIdentities,
)

Change: TypeAlias = IdentityChange | TaskChange | CredentialChange | GrantChange
"""Any change. Leaving a kind out where all are told apart is an error of types."""

__all__ = [
    "VAULT_PERMISSION",
    "AccessMark",
    "Action",
    "AddVaultAccess",
    "AnyChange",
    "AssignRole",
    "Change",
    "CreateIdentity",
    "CreateTask",
    "CredentialChange",
    "DeleteIdentity",
    "DeleteTask",
    "EnableTask",
    "FieldChange",
    "GrantChange",
    "Grantee",
    "IdentityChange",
    "Kind",
    "KnownAfterApply",
    "MarkRoleAssignment",
    "MarkVault",
    "Patience",
    "RegistryCredential",
    "RemoveCredential",
    "RemoveRoleAssignment",
    "RemoveVaultAccess",
    "ReplaceTask",
    "SetCredential",
    "SourceLogin",
    "StatedIdentities",
    "TaskChange",
    "Topic",
    "UpdateIdentity",
    "UpdateTask",
    "known_with_identity",
    "known_with_task",
]
