"""The credentials of a task that exists: what must be done for it to have those that a spec wants."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.changes import FieldChange, Grantee, RegistryCredential, SetCredential
from acr_identity.ids import remembered
from acr_identity.plan.compare import ABSENT, MASK
from acr_identity.plan.order import Part
from acr_identity.plan.records import credential_sign
from acr_identity.plan.tags import is_ours
from acr_identity.plan.values import NotCompared
from acr_identity.secrecy import NotSet, Secret
from acr_identity.state import (
    CustomLogin,
    IdentityLogin,
    Known,
    MaskedLogin,
    SystemIdentity,
    UserIdentity,
    VaultSecretAddress,
)

Source: TypeAlias = Secret | VaultSecretAddress

if TYPE_CHECKING:
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import LiveTask, Login, Principals


def credential_part(want: WantedTask, live: LiveTask) -> Part:
    """Return what must be done for a task that exists to have its credentials."""
    judged = [(one, _judge(_login(live, one), _as_login(one))) for one in want.credentials]
    changes = tuple(_set(live, want.name, one) for one, found in judged if found == "different")
    notes = tuple(_hidden_note(live, want.name, one) for one, found in judged if found == "hidden")
    unset = tuple(each for one, found in judged if found == "unset" for each in _unset(want.name, one))
    return Part(changes, notes=notes, unsafe=tuple(_overwritten(live, want.name, changes)), not_compared=unset)


def has_credentials(live: LiveTask, wanted: Collection[RegistryCredential], principals: Principals) -> bool:
    """Say whether a task has these credentials and no others, as far as they are shown."""
    judged = (_judge(_login(live, one), _as_login(_known(one, principals))) for one in wanted)
    return live.logins.keys() == {one.login_server.lower() for one in wanted} and "different" not in judged


def credential_change(change: SetCredential) -> FieldChange:
    """Return the setting of a credential as a difference: no part of it is shown."""
    path = f"credentials[{change.credential.login_server}]"
    return FieldChange(path, MASK if change.replaces else ABSENT, MASK)


def _judge(live: Login | None, wanted: Login | None) -> Literal["equal", "different", "hidden", "unset"]:
    match live, wanted:
        case MaskedLogin(), _:
            return "hidden"
        case CustomLogin() as there, CustomLogin() as wants if known := _as_far_as_set(there, wants):
            return "different" if _judge(there, known) == "different" else "unset"
        case CustomLogin() as there, CustomLogin() as wants:
            shown = replace(
                wants,
                user_name=None if there.user_name is None else wants.user_name,
                password=None if there.password is None else wants.password,
            )
            if there != shown:
                return "different"
            return "equal" if shown == wants else "hidden"
        case _:
            return "equal" if live == wanted and live is not None else "different"


def _known(credential: RegistryCredential, principals: Principals) -> RegistryCredential:
    grantee = credential.identity
    if grantee is None or grantee.identity not in principals:
        return credential
    return replace(credential, identity=replace(grantee, ids=principals[grantee.identity]))


def _as_far_as_set(there: CustomLogin, wants: CustomLogin) -> CustomLogin | None:
    """Return what is wanted, with what is there in place of secrets that are not set; `None` if all are set."""
    user_name, password = _kept(there.user_name, wants.user_name), _kept(there.password, wants.password)
    known = replace(wants, user_name=user_name, password=password)
    return None if known == wants else known


def _kept(there: Source | None, wants: Source | None) -> Source | None:
    if isinstance(wants, NotSet):
        return None if isinstance(there, VaultSecretAddress) else there
    return wants


def _unset(task: str, credential: RegistryCredential) -> Iterator[NotCompared]:
    for part, source in (("user_name", credential.user_name), ("password", credential.password)):
        if isinstance(source, NotSet):
            field = f"credentials[{credential.login_server}].{part}"
            yield NotCompared(task, field, source.variable, source.state)


def _login(task: LiveTask, credential: RegistryCredential) -> Login | None:
    return task.logins.get(credential.login_server.lower())


def _set(task: LiveTask, name: str, credential: RegistryCredential) -> SetCredential:
    reason = f"task {name} must log in to {credential.login_server}"
    return SetCredential(task.id, credential, replaces=_login(task, credential) is not None, reason=reason)


def _hidden_note(task: LiveTask, name: str, credential: RegistryCredential) -> str:
    takes = "seeing it takes the action Microsoft.ContainerRegistry/registries/tasks/listDetails/action"
    why = "Azure does not show it" if task.unseen_because else takes
    return f"the credential for {credential.login_server} in task {name} cannot be verified: {why}"


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
    identity = wire_identity(credential.identity) if credential.identity else ""
    if identity is None:
        return None
    if credential.user_name is None and credential.password is None:
        return IdentityLogin(identity)
    return CustomLogin(credential.user_name, credential.password, identity)


def wire_identity(grantee: Grantee) -> str | None:
    """Return what a task's credentials call an identity: `[system]`, or a client id if that is known."""
    match grantee:
        case Grantee(SystemIdentity()):
            return "[system]"
        case Grantee(UserIdentity(), Known(_, client_id)):
            return client_id
        case _:
            return None
