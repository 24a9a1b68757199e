"""What several kinds of change speak of: whom they concern, what differs, and the parts of a task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acr_identity.secrecy import WithSecrets
from acr_identity.state.comparison import ANY_CASE, file_words

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


@dataclass(frozen=True, slots=True, repr=False)
class FieldChange(WithSecrets):
    """One difference: the path of the field and its values as text, secrets already masked.

    Args:
        path: where it is, such as `timers[t1].schedule`.
        before: what is there; `(none)` if nothing is.
        after: what will be there, likewise.
        is_text: whether both are texts of several lines, such as a task file, or `(none)`.
        added: the entries that a list gets. Of two lists, `before` and `after` have the entries with commas.
        removed: the entries that it loses.
    """

    path: str
    before: str
    after: str
    is_text: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        before, after = (file_words(one) if self.is_text else repr(one) for one in (self.before, self.after))
        return f"FieldChange({self.path!r}, {before}, {after})"


@dataclass(frozen=True, slots=True)
class RegistryCredential(WithSecrets):
    """A credential entry of a task. Without user name and password it is the identity's own login."""

    login_server: str
    identity: Grantee | None
    user_name: Secret | VaultSecretAddress | None = None
    password: Secret | VaultSecretAddress | None = None


@dataclass(frozen=True, slots=True)
class SourceLogin:
    """As whom a run logs in to the task's own registry from now on; `None` is nobody."""

    identity: Grantee | None


@dataclass(frozen=True, slots=True)
class StatedIdentities:
    """All identities that a task will have. `detached` are those that it has and will lose."""

    system: bool
    users: tuple[ArmId, ...] = ()
    detached: tuple[ArmId, ...] = ()
