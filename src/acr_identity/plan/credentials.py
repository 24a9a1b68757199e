"""The credentials that a spec wants in a task, and what must be done for the task to have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from acr_identity.access import task_identity
from acr_identity.changes import FieldChange, Grantee, RegistryCredential, SetCredential
from acr_identity.ids import remembered
from acr_identity.plan.compare import ABSENT, MASK
from acr_identity.plan.desired import secret_source
from acr_identity.plan.grants import Grantees
from acr_identity.plan.tags import is_ours
from acr_identity.plan.tasks import credential_sign
from acr_identity.spec import Credential, FromVault, Spec
from acr_identity.state import (
    CustomLogin,
    IdentityLogin,
    Known,
    Live,
    LiveTask,
    Login,
    MaskedLogin,
    SystemIdentity,
    UserIdentity,
)


@dataclass(frozen=True, slots=True)
class CredentialPlan:
    """The credentials to set in a task that exists, what cannot be verified, and what must not be overwritten."""

    changes: tuple[SetCredential, ...] = ()
    notes: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = field(default=())


def desired_credentials(spec: Spec, name: str, live: Live, grantees: Grantees) -> tuple[RegistryCredential, ...]:
    """Return the credentials that the spec wants in a task, sorted by login server."""
    task = spec.tasks[name]
    found = [
        RegistryCredential(
            live.registries[spec.registry_id(pull.registry)].login_server,
            grantees[task_identity(spec, name, task.puller(pull))],
        )
        for pull in task.pull
    ]
    found += [_custom(spec, name, server, one, live, grantees) for server, one in task.credentials.items()]
    return tuple(sorted(found, key=lambda credential: credential.login_server))


def plan_credentials(task: LiveTask, name: str, wanted: tuple[RegistryCredential, ...]) -> CredentialPlan:
    """Return what must be done for a task that exists to have these credentials."""
    judged = [(one, _judge(_login(task, one), _as_login(one))) for one in wanted]
    changes = tuple(_set(task, name, one) for one, found in judged if found == "different")
    notes = tuple(_hidden_note(task, name, one) for one, found in judged if found == "hidden")
    return CredentialPlan(changes, notes, tuple(_overwritten(task, name, changes)))


def credential_change(change: SetCredential) -> FieldChange:
    """Return the setting of a credential as a difference: no part of it is shown."""
    path = f"credentials[{change.credential.login_server}]"
    return FieldChange(path, MASK if change.replaces else ABSENT, MASK)


def _judge(live: Login | None, wanted: Login | None) -> Literal["equal", "different", "hidden"]:
    match live, wanted:
        case MaskedLogin(), _:
            return "hidden"
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


def _custom(
    spec: Spec, name: str, server: str, credential: Credential, live: Live, grantees: Grantees
) -> RegistryCredential:
    task = spec.tasks[name]
    sources = (credential.user_name, credential.password)
    uses_vault = any(isinstance(source, FromVault) for source in sources)
    identity = grantees[task_identity(spec, name, task.reader(credential))] if uses_vault else None
    user_name, password = (
        secret_source(one, live.vaults[spec.vault_id(one.vault)].uri if isinstance(one, FromVault) else "")
        for one in sources
    )
    return RegistryCredential(server, identity, user_name, password)


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
