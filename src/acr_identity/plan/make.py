"""From a spec and what Azure has to a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.plan.grants import grant_part, missing_grants
from acr_identity.plan.identities import identity_part
from acr_identity.plan.order import Part, assemble
from acr_identity.plan.tasks import task_part
from acr_identity.plan.wanted import resolve

if TYPE_CHECKING:
    from acr_identity.plan.values import Plan
    from acr_identity.plan.wanted import Wanted
    from acr_identity.spec import Spec
    from acr_identity.state import Live


def make_plan(spec: Spec, live: Live) -> Plan:
    """Return what must be done for Azure to have what the spec says. The same values give an equal plan.

    Raises:
        MissingResourceError: the spec names registries or vaults that do not exist.
    """
    wanted = resolve(spec, live)
    missing = missing_grants(wanted, live)
    return assemble(
        (
            identity_part(wanted, live),
            grant_part(missing),
            *(task_part(task, live, missing) for task in wanted.tasks),
            registry_part(wanted),
        )
    )


def registry_part(wanted: Wanted) -> Part:
    """Return what is to be said of the registries in which the tasks run."""
    return Part(notes=tuple(_notes(wanted)))


def _notes(wanted: Wanted) -> Iterator[str]:
    for name, registry in wanted.registries.items():
        if registry.uses_abac:
            yield (
                f"registry {name} grants rights by repository: its tasks can neither pull from it nor push to it "
                "before an identity of theirs has a repository role there and is the task's source identity"
            )
