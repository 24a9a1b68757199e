"""What must be done so that the identities of tasks have their rights: roles, vault access, credentials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acr_identity.access import PullRight, Right, SecretRight, rights, task_identity
from acr_identity.changes import (
    VAULT_PERMISSION,
    AddVaultAccess,
    AssignRole,
    Grantee,
    RegistryCredential,
    SetCredential,
)
from acr_identity.ids import ArmId, Role, describe, fingerprint
from acr_identity.plan.desired import secret_source
from acr_identity.plan.tasks import is_ours
from acr_identity.spec import Credential, FromVault, Spec
from acr_identity.state import (
    CustomLogin,
    Identity,
    IdentityLogin,
    Known,
    Live,
    LiveTask,
    LiveVault,
    MaskedLogin,
    SystemIdentity,
    UserIdentity,
)

Grant = AssignRole | AddVaultAccess
Grantees = Mapping[Identity, Grantee]

_PULL_ROLES = {False: Role.ACR_PULL, True: Role.REPOSITORY_READER}


@dataclass(frozen=True, slots=True)
class NeededGrant:
    """A grant and the tasks that need it."""

    grant: Grant
    tasks: tuple[str, ...]


def needed_grants(spec: Spec, live: Live, grantees: Grantees) -> tuple[NeededGrant, ...]:
    """Return the grants that the spec's tasks need and that do not exist yet, each once."""
    together: dict[str, list[tuple[Right, Grant]]] = {}
    for right in rights(spec):
        grant = _grant(right, live, grantees[right.identity])
        if not _exists(grant, live):
            together.setdefault(grant.key, []).append((right, grant))
    return tuple(_merge(entries) for _, entries in sorted(together.items()))


def vault_sign(vault: ArmId, identity: Identity) -> str:
    """Return the fingerprint of an access policy that was added for an identity that is not ours."""
    owner = identity.task if isinstance(identity, SystemIdentity) else identity.id
    return fingerprint("vault", f"{vault} {owner}")


def is_our_principal(identity: Identity, live: Live) -> bool:
    """Say whether we created (or are about to create) this identity, so that all its grants go with it."""
    match identity:
        case UserIdentity(id_):
            known = live.identities.get(id_)
            return known is None or is_ours(known.tags)
        case SystemIdentity(task_id):
            task = live.tasks.get(task_id)
            return task is None or is_ours(task.tags)


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


def credential_changes(
    task: LiveTask, name: str, credentials: Iterable[RegistryCredential]
) -> tuple[tuple[SetCredential, ...], tuple[str, ...]]:
    """Return the credentials to add or update in a task that exists, and notes on those that cannot be seen."""
    changes, notes = [], []
    for credential in credentials:
        login = task.logins.get(credential.login_server.lower())
        if isinstance(login, MaskedLogin):
            notes.append(
                f"the credential for {credential.login_server} in task {name} cannot be verified: "
                "seeing it takes the action Microsoft.ContainerRegistry/registries/tasks/listDetails/action"
            )
        elif login is None or login != _as_login(credential):
            reason = f"task {name} must log in to {credential.login_server}"
            changes.append(SetCredential(task.id, credential, replaces=login is not None, reason=reason))
    return tuple(changes), tuple(notes)


def _grant(right: Right, live: Live, grantee: Grantee) -> Grant:
    match right:
        case PullRight():
            role = _PULL_ROLES[live.registries[right.registry].uses_abac]
            return AssignRole(right.registry, role, grantee, describe(right.reason), right.reason)
        case SecretRight() if live.vaults[right.vault].uses_rbac:
            return AssignRole(right.vault, Role.SECRETS_USER, grantee, describe(right.reason), right.reason)
        case SecretRight():
            return AddVaultAccess(right.vault, live.vaults[right.vault].tenant_id, grantee, right.reason)


def _merge(entries: list[tuple[Right, Grant]]) -> NeededGrant:
    reason = "; ".join(dict.fromkeys(right.reason for right, _ in entries))
    tasks = tuple(dict.fromkeys(right.task for right, _ in entries))
    match entries[0][1]:
        case AssignRole(scope, role, grantee):
            return NeededGrant(AssignRole(scope, role, grantee, describe(reason)[:1024], reason), tasks)
        case AddVaultAccess(vault, tenant, grantee):
            return NeededGrant(AddVaultAccess(vault, tenant, grantee, reason), tasks)


def _exists(grant: Grant, live: Live) -> bool:
    ids = grant.grantee.ids
    if not isinstance(ids, Known):
        return False
    match grant:
        case AssignRole(scope, role):
            return any(
                assignment.scope.lower() == str(scope).lower()
                and assignment.role_guid == role.guid
                and assignment.principal_id == ids.principal_id
                and not assignment.condition
                for assignment in live.assignments
            )
        case AddVaultAccess(vault):
            return may_read_secrets(live.vaults[vault], ids.principal_id)


def may_read_secrets(vault: LiveVault, principal_id: str) -> bool:
    """Say whether an access policy of the vault lets this principal get secrets."""
    return any(
        policy.object_id == principal_id and not policy.application_id and policy.secrets & {VAULT_PERMISSION, "all"}
        for policy in vault.policies
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
