"""The credentials of a task that exists: what must be done for it to have those that a spec wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.changes import Grantee, RegistryCredential, SetCredential
from acr_identity.ids import remembered
from acr_identity.plan.marks import credential_sign
from acr_identity.plan.order import Part
from acr_identity.plan.tags import is_ours
from acr_identity.state import CustomLogin, IdentityLogin, Known, MaskedLogin, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import LiveTask


def credential_part(want: WantedTask, live: LiveTask) -> Part:
    """Return what must be done for a task that exists to have its credentials."""
    different = tuple(one for one in want.credentials if not _has(live, one))
    hidden = tuple(one for one in different if isinstance(_login(live, one), MaskedLogin))
    changes = tuple(_set(live, want.name, one) for one in different if one not in hidden)
    return Part(
        changes, notes=tuple(_hidden_notes(want.name, hidden)), unsafe=tuple(_overwritten(live, want.name, changes))
    )


def _has(task: LiveTask, credential: RegistryCredential) -> bool:
    login = _login(task, credential)
    return login is not None and login == _as_login(credential)


def _login(task: LiveTask, credential: RegistryCredential) -> IdentityLogin | CustomLogin | MaskedLogin | None:
    return task.logins.get(credential.login_server.lower())


def _set(task: LiveTask, name: str, credential: RegistryCredential) -> SetCredential:
    reason = f"task {name} must log in to {credential.login_server}"
    return SetCredential(task.id, credential, replaces=_login(task, credential) is not None, reason=reason)


def _hidden_notes(name: str, hidden: tuple[RegistryCredential, ...]) -> Iterator[str]:
    for credential in hidden:
        yield (
            f"the credential for {credential.login_server} in task {name} cannot be verified: "
            "seeing it takes the action Microsoft.ContainerRegistry/registries/tasks/listDetails/action"
        )


def _overwritten(task: LiveTask, name: str, changes: tuple[SetCredential, ...]) -> Iterator[str]:
    if is_ours(task.tags):
        return
    added = remembered(task.tags)
    for change in changes:
        if change.replaces and credential_sign(change.credential.login_server) not in added:
            yield (
                f"task {name} was not created by this tool, and somebody gave it another credential for "
                f"{change.credential.login_server}: remove that one first"
            )


def _as_login(credential: RegistryCredential) -> IdentityLogin | CustomLogin | None:
    identity = _wire_identity(credential.identity) if credential.identity else ""
    if identity is None:
        return None
    if credential.user_name is None and credential.password is None:
        return IdentityLogin(identity)
    return CustomLogin(credential.user_name, credential.password, identity)


def _wire_identity(grantee: Grantee) -> str | None:
    match grantee:
        case Grantee(SystemIdentity()):
            return "[system]"
        case Grantee(UserIdentity(), Known(_, client_id)):
            return client_id
        case _:
            return None
