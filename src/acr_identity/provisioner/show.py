"""A task as it is, gathered from what was read."""

from __future__ import annotations

from collections.abc import Iterator

from acr_identity.ids import ArmId, Role
from acr_identity.render import GrantView, IdentityView, TaskView
from acr_identity.state import Live, LiveAssignment, LiveRun, LiveTask

_ROLE_NAMES = {role.guid: role.value for role in Role}


def show_task(task: LiveTask, live: Live, latest_run: LiveRun | None) -> TaskView:
    """Return the task with its identities and with the grants that they hold on what the spec names."""
    identities = tuple(_identities(task, live))
    principals = {identity.principal_id for identity in identities if identity.principal_id}
    return TaskView(task, identities, tuple(_grants(live, principals)), latest_run)


def _identities(task: LiveTask, live: Live) -> Iterator[IdentityView]:
    if task.attached.system_principal_id:
        yield IdentityView(None, task.attached.system_principal_id)
    for user in task.attached.users:
        known = live.identities.get(user)
        yield IdentityView(user, known.principal_id, known.client_id) if known else IdentityView(user)


def _grants(live: Live, principals: set[str]) -> Iterator[GrantView]:
    for assignment in live.assignments:
        if assignment.principal_id in principals:
            for resource in _covered(assignment, live):
                right = _ROLE_NAMES.get(assignment.role_guid, f"role {assignment.role_guid}")
                yield GrantView(right, resource, assignment.principal_id, assignment.scope)
    for vault in live.vaults.values():
        for policy in vault.policies:
            if policy.object_id in principals and policy.secrets and not vault.uses_rbac:
                right = f"{', '.join(sorted(policy.secrets))} secrets (access policy)"
                yield GrantView(right, vault.id, policy.object_id, str(vault.id))


def _covered(assignment: LiveAssignment, live: Live) -> Iterator[ArmId]:
    scope = assignment.scope.rstrip("/").lower()
    for resource in (*live.registries, *live.vaults):
        if f"{resource}/".lower().startswith(f"{scope}/"):
            yield resource
    for vault in live.vaults:
        if scope.startswith(f"{vault}/secrets/".lower()):
            yield ArmId(assignment.scope)
