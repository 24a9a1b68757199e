"""What several kinds of change speak of: whom they concern, what differs, and the parts of a task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acr_identity.secrecy import WithSecrets
from acr_identity.state.comparison import ANY_CASE

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.secrecy import Secret
    from acr_identity.state import Known, TaskIdentity, VaultSecretAddress


@dataclass(frozen=True, slots=True)
class KnownAfterApply:
    """The ids of a principal that another change will bring: `change` is its key."""

    change: str = field(metadata=ANY_CASE)


@dataclass(frozen=True, slots=True)
class Grantee:
    """An identity and, as far as they are known, the ids of its principal."""

    identity: TaskIdentity
    ids: Known | KnownAfterApply


@dataclass(frozen=True, slots=True)
class FieldChange(WithSecrets):
    """One difference: the path of the field and its values as text, secrets already masked."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RegistryCredential(WithSecrets):
    """A credential entry of a task. Without user name and password it is the identity's own login."""

    login_server: str
    identity: Grantee | None
    user_name: Secret | VaultSecretAddress | None = None
    password: Secret | VaultSecretAddress | None = None


@dataclass(frozen=True, slots=True)
class StatedIdentities:
    """All identities that a task will have. `detached` are those that it has and will lose."""

    system: bool
    users: tuple[ArmId, ...] = ()
    detached: tuple[ArmId, ...] = ()
