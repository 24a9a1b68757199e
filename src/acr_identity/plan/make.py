"""From a spec and what Azure has to a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from acr_identity.access import rights
from acr_identity.plan.adoption import Proof
from acr_identity.plan.grants import grant_part, needed_grants
from acr_identity.plan.identities import identity_part
from acr_identity.plan.leaving import Leaving, leaving_parts, left_over
from acr_identity.plan.order import Part, assemble
from acr_identity.plan.owned import count_owned
from acr_identity.plan.records import owner_of, signs_of, signs_on_identities
from acr_identity.plan.task_case import task_case
from acr_identity.plan.tasks import task_part
from acr_identity.plan.unneeded import Claims, unneeded_grants
from acr_identity.plan.wanted import resolve

if TYPE_CHECKING:
    from acr_identity.plan.records import Owner
    from acr_identity.plan.task_case import TaskCase
    from acr_identity.plan.values import Plan
    from acr_identity.plan.wanted import Wanted, WantedTask
    from acr_identity.spec import Spec
    from acr_identity.state import Live


def make_plan(spec: Spec, live: Live, *, whole: Spec | None = None, prune: bool = False, adopt: bool = False) -> Plan:
    """Return what must be done for Azure to have what the spec says. The same values give an equal plan.

    Args:
        spec: what is wanted.
        live: what Azure has.
        whole: the spec of which `spec` is a part: what its other tasks need stays.
        prune: whether what carries the mark of this spec and is not in it any more goes as a whole.
        adopt: whether what carries no mark, or that of another spec, is marked where its content is what the spec says.

    Raises:
        MissingResourceError: the spec names registries or vaults that do not exist.
    """
    wanted = resolve(spec, live)
    owner = owner_of(spec, live, adopts=adopt)
    former = left_over(whole or spec, live, owner)
    leaving = former if prune else Leaving()
    signs = signs_of(live, owner)
    grants = needed_grants(wanted, live, owner, signs | signs_on_identities(live))
    needed = frozenset((right.identity, right.resource) for right in (rights(whole) if whole else wanted.rights))
    kept = frozenset() if prune else former.signs(owner)
    claims = Claims(owner, needed, signs, leaving=leaving.holders, kept=kept)
    unneeded = unneeded_grants(live, claims, grants.vault_access)
    proof = Proof.of(live, owner)
    former_identities = frozenset() if prune else frozenset(one.live.id for one in former.identities)
    case_of = partial(task_case, live=live, owner=owner, grants=grants, unneeded=unneeded, former=former_identities)
    return assemble(
        (
            identity_part(wanted, live, owner, grants, unneeded, proof),
            grant_part(grants),
            unneeded.part(),
            *(_task_part(task, case_of, proof, live) for task in wanted.tasks),
            *leaving_parts(leaving, live, owner, unneeded),
            Part(
                notes=(*_notes(wanted), *_left(former, leaving, owner)),
                owned=count_owned(live, owner),
                leftover=() if prune else former.names,
            ),
        )
    )


def _task_part(want: WantedTask, case_of: Callable[..., TaskCase], proof: Proof, live: Live) -> Part:
    case = case_of(want)
    part = task_part(case)
    if part.changes or not proof.may_be_ours(case.live, live):
        return part
    if case.owner.adopts:
        return task_part(case_of(want, is_adopted=True), is_adopted=True)
    lost = (
        f"task {case.want.name} is what the spec says and carries no mark of ours, though what it was given does: "
        "--adopt marks it"
    )
    return Part(part.changes, part.after, (*part.notes, lost), part.unsafe)


def _notes(wanted: Wanted) -> Iterator[str]:
    for name, registry in wanted.registries.items():
        if registry.uses_abac:
            yield (
                f"registry {name} grants rights by repository: its tasks can neither pull from it nor push to it "
                "before an identity of theirs has a repository role there and is the task's source identity"
            )


def _left(former: Leaving, leaving: Leaving, owner: Owner) -> Iterator[str]:
    if former.names and not leaving.names:
        many = len(former.names)
        what = "1 thing carries" if many == 1 else f"{many} things carry"
        yield (
            f"{what} the mark of spec {owner.name} and left the spec: {', '.join(former.names)}; --prune removes "
            f"{'it' if many == 1 else 'them'}"
        )
