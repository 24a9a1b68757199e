"""Changes of the credentials of a task that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from acr_identity.changes.kind import Action, AnyChange, Kind, Topic

if TYPE_CHECKING:
    from acr_identity.changes.values import Grantee, RegistryCredential
    from acr_identity.ids import ArmId


@dataclass(frozen=True, slots=True)
class SetCredential(AnyChange):
    """Add or update one credential of a task that exists; `replaces` says that there is one for this login server."""

    kind: ClassVar = Kind("set_credential", Action.CREATE, Topic.CREDENTIALS, rank=40)

    task: ArmId
    credential: RegistryCredential
    replaces: bool
    reason: str

    @property
    def key(self) -> str:
        return f"set credential {self.credential.login_server.lower()} of {self.task}"

    @property
    def title(self) -> str:
        verb, word = ("change", "of") if self.replaces else ("add", "to")
        return f"{verb} the credential for {self.credential.login_server} {word} {self.task.name}"

    @property
    def target(self) -> str:
        return str(self.task)

    @property
    def action(self) -> Action:
        return Action.CHANGE if self.replaces else Action.CREATE

    @property
    def request(self) -> tuple[str, ...]:
        return (self.kind.name, str(self.task).lower())

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return (self.credential.identity,) if self.credential.identity else ()


@dataclass(frozen=True, slots=True)
class RemoveCredential(AnyChange):
    """Remove a credential that we added to a task of others."""

    kind: ClassVar = Kind("remove_credential", Action.REMOVE, Topic.REMOVALS, rank=51)

    task: ArmId
    login_server: str
    reason: str

    @property
    def key(self) -> str:
        return f"remove credential {self.login_server.lower()} of {self.task}"

    @property
    def title(self) -> str:
        return f"remove the credential for {self.login_server} from {self.task.name}"

    @property
    def target(self) -> str:
        return str(self.task)

    @property
    def request(self) -> tuple[str, ...]:
        return (self.kind.name, str(self.task).lower())


CredentialChange: TypeAlias = SetCredential | RemoveCredential
