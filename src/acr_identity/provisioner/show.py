"""A task as it is, gathered from what was read."""

from __future__ import annotations

from collections.abc import Iterator

from acr_identity.access import role_of
from acr_identity.ids import ArmId
from acr_identity.render import GrantView, IdentityView, TaskView
from acr_identity.state import Live, LiveAssignment, LiveRun, LiveTask


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
                role = role_of(assignment.role_guid, live.roles)
                yield GrantView(role.title, resource, assignment.principal_id, assignment.scope)
    for vault in live.vaults.values():
        for policy in vault.policies:
            if policy.object_id in principals and policy.secrets and not vault.uses_rbac:
                right = f"{', '.join(sorted(policy.secrets))} secrets (access policy)"
                yield GrantView(right, vault.id, policy.object_id, str(vault.id))


def _covered(assignment: LiveAssignment, live: Live) -> list[ArmId]:
    """Return the registries and vaults for which it counts; where it is for something else, that."""
    scope = assignment.scope.rstrip("/").lower()
    found = [one for one in (*live.registries, *live.vaults) if f"{one}/".lower().startswith(f"{scope}/")]
    return found or ([ArmId(assignment.scope)] if scope.startswith("/subscriptions/") else [])
