"""What runs will meet that no right can mend: closed networks.

Sources: Azure Container Registry, "Manage network bypass policy for tasks" and "Allow trusted services"; Azure Key
Vault, "Configure network security".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.access import SecretRight
from acr_identity.state import SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.wanted import Wanted, WantedTask
    from acr_identity.state import Live, LiveRegistry, TaskIdentity

_ON_AGENTS = "or run the task in an agent pool (`agent: {pool: …}`)"
_BY_SYSTEM = "use the system identity there"
_BY_SOURCE = "say `source_identity: system`, and in `pull` and `push` what it does there"


def outlook(wanted: Wanted, live: Live) -> Iterator[str]:
    """Yield what will be refused whenever a task runs, each with what helps."""
    is_any_closed = any(one.is_closed for each in (live.registries, live.vaults) for one in each.values())
    for task in wanted.tasks:
        there = live.tasks.get(task.id)
        has_pool = task.settings.pool or (there is not None and there.settings.pool)
        if is_any_closed and not has_pool:
            yield from _closed_registries(task, live)
            yield from _closed_vaults(task, live)


def _closed_registries(task: WantedTask, live: Live) -> Iterator[str]:
    for id_, identity in _logins(task, live):
        registry = live.registries.get(id_)
        if registry is not None and registry.is_closed:
            yield from _closed(task, registry, identity)


def _logins(task: WantedTask, live: Live) -> Iterator[tuple[ArmId, TaskIdentity | None]]:
    """Yield the registries in which a run logs in, each with the identity as which; `None` where it is none."""
    own = task.id.parent
    by_server = {one.login_server.lower(): one.id for one in live.registries.values()}
    there = live.tasks.get(task.id)
    stays = there is not None and there.source_identity == "[system]"
    if task.source is not None:
        yield own, task.source.identity.identity if task.source.identity else None
    elif task.settings.source_login != "None":
        yield own, SystemIdentity(task.id) if stays else None
    for credential in task.credentials:
        registry = by_server.get(credential.login_server.lower())
        if registry is not None:
            yield registry, credential.identity.identity if credential.identity else None


def _closed(task: WantedTask, registry: LiveRegistry, identity: TaskIdentity | None) -> Iterator[str]:
    where = f"the network of registry {registry.id.name} is closed"
    if isinstance(identity, SystemIdentity) and registry.lets_tasks_pass:
        return
    as_system = _BY_SOURCE if identity is None and registry.id == task.id.parent else _BY_SYSTEM
    if registry.lets_tasks_pass:
        user = identity.id.name if isinstance(identity, UserIdentity) else "none"
        why = f"only system-assigned identities pass, and task {task.name} logs in as {user}"
        fix = as_system
    else:
        why = f"it lets no task pass, and task {task.name} logs in there"
        needed = "" if isinstance(identity, SystemIdentity) else f" and {as_system}"
        fix = f"let tasks pass (`networkRuleBypassAllowedForTasks`){needed}"
    unless = " unless the rules let the agents of the region in" if registry.has_ip_rules else ""
    yield f"{where}: {why}; its runs will be refused{unless}: {fix}, {_ON_AGENTS}"


def _closed_vaults(task: WantedTask, live: Live) -> Iterator[str]:
    vaults = sorted({right.vault for right in task.rights if isinstance(right, SecretRight)})
    for id_ in vaults:
        if id_ in live.vaults and live.vaults[id_].is_closed:
            yield (
                f"the firewall of vault {id_.name} is closed, and tasks are none of the services that it trusts: task "
                f"{task.name} will not read its secrets: open it, {_ON_AGENTS}"
            )
