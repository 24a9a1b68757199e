"""What a task's tags remember of our work in it, where what was added cannot carry a mark itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.ids import fingerprint
from acr_identity.plan.tags import is_ours
from acr_identity.state import SystemIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import LiveTask, TaskIdentity


def newly_added(want: WantedTask, live: LiveTask | None) -> set[str]:
    """Return the fingerprints of what will be added to a task of others: identities and credentials."""
    if live is None or is_ours(live.tags):
        return set()
    present = {str(user).lower() for user in live.attached.users}
    if live.attached.system_principal_id:
        present.add(SystemIdentity(live.id).key.lower())
    identities = {identity_sign(one.key) for one in want.identities if one.key.lower() not in present}
    servers = (one.login_server for one in want.credentials)
    return identities | {credential_sign(server) for server in servers if server.lower() not in live.logins}


def identity_sign(key: str) -> str:
    """Return the fingerprint of an identity that was attached."""
    return fingerprint("identity", key)


def credential_sign(login_server: str) -> str:
    """Return the fingerprint of a credential that was added."""
    return fingerprint("credential", login_server)


def vault_sign(vault: ArmId, identity: TaskIdentity) -> str:
    """Return the fingerprint of an access policy that was added for an identity that is not ours."""
    return fingerprint("vault", f"{vault} {identity.key}")
