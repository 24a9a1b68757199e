"""From a spec and what Azure has to a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acr_identity.access import needed_places, vaults_read
from acr_identity.changes import UpdateIdentity
from acr_identity.needs import Code, findings_of_task, names_in
from acr_identity.plan.adoption import Proof, is_what_is_wanted
from acr_identity.plan.claims import Claims
from acr_identity.plan.grants import grant_part, needed_grants
from acr_identity.plan.identities import identity_part
from acr_identity.plan.leaving import Leaving, leaving_parts, left_over, out_of_reach
from acr_identity.plan.masking import masked_plan
from acr_identity.plan.modes import modes_of
from acr_identity.plan.order import Part, assemble
from acr_identity.plan.outlook import outlook
from acr_identity.plan.owned import count_owned
from acr_identity.plan.records import owner_of, signs_of, signs_on_identities
from acr_identity.plan.roles import needed_roles
from acr_identity.plan.task_case import Scene, task_case
from acr_identity.plan.tasks import task_part
from acr_identity.plan.unneeded import unneeded_grants
from acr_identity.plan.wanted import resolve, wanted_rights
from acr_identity.spec import Registry, Vault
from acr_identity.state import SystemIdentity

if TYPE_CHECKING:
    from acr_identity.access import Right
    from acr_identity.needs import Names
    from acr_identity.plan.grants import Grants
    from acr_identity.plan.modes import Mode
    from acr_identity.plan.records import Owner
    from acr_identity.plan.task_case import TaskCase
    from acr_identity.plan.unneeded import Unneeded
    from acr_identity.plan.values import Plan
    from acr_identity.plan.wanted import Wanted, WantedTask
    from acr_identity.spec import Spec
    from acr_identity.state import Live, TaskIdentity


def make_plan(spec: Spec, live: Live, *, whole: Spec | None = None, prune: bool = False, adopt: bool = False) -> Plan:
    """Return what must be done for Azure to have what the spec says. The same values give an equal plan.

    Args:
        spec: what is wanted.
        live: what Azure has.
        whole: the spec of which `spec` is a part: what its other tasks need stays.
        prune: whether what carries the mark of this spec and is not in it any more goes as a whole.
        adopt: whether what carries no mark, or that of another spec, is marked where its content is what the spec says.

    Raises:
        MissingResourceError: the spec names registries or vaults that do not exist, or a resource group that does not.
    """
    wanted = resolve(spec, live)
    owner = owner_of(spec, live, adopts=adopt)
    proof = Proof.of(live, owner)
    seen = proof.with_marks(live)
    former = left_over(whole or spec, live, owner)
    leaving, staying = (former, Leaving()) if prune else (Leaving(), former)
    adopted = frozenset(want.id for want in wanted.tasks if _is_adopted(want, proof))
    every = _rights(whole, live) if whole else wanted.rights
    claims = replace(
        _claims(every, seen, owner, leaving, staying),
        lost=proof.lost_identities(want.id for want in wanted.tasks if want.id not in adopted),
        taken_over=_taken_over(wanted, live, owner),
    )
    signs = claims.signs | signs_on_identities(seen)
    grants = needed_grants(wanted, seen, owner, signs, claims.roles if whole else None)
    unneeded = unneeded_grants(seen, claims, grants.vault_access)
    identities = identity_part(wanted, owner, grants, unneeded, proof, claims.reads)
    scene = _scene(seen, owner, grants, unneeded, staying, identities)
    files = _Files(spec, names_in(spec, _servers(spec, live)))
    parts = (
        identities,
        grant_part(grants),
        unneeded.part(),
        *(_task_part(want, scene, proof, files, is_adopted=want.id in adopted) for want in wanted.tasks),
        *leaving_parts(leaving, live, owner, unneeded),
        _told(wanted, live, staying, owner),
    )
    plan = assemble(parts)
    return masked_plan(replace(plan, modes=_modes(plan, whole or spec, live)), (spec, whole or spec), live)


def _claims(rights: Sequence[Right], live: Live, owner: Owner, leaving: Leaving, staying: Leaving) -> Claims:
    return Claims(
        owner,
        needed_places(rights),
        signs_of(live, owner),
        leaving=leaving.holders,
        ending=leaving.ending(owner),
        kept=staying.signs(owner),
        roles=needed_roles(rights, live),
        reads=vaults_read(rights),
    )


def _told(wanted: Wanted, live: Live, staying: Leaving, owner: Owner) -> Part:
    notes = (*_notes(wanted, live), *outlook(wanted, live), *_left(staying, owner), *out_of_reach(live, owner))
    return Part(notes=notes, owned=count_owned(live, owner), leftover=staying.names)


def _modes(plan: Plan, spec: Spec, live: Live) -> tuple[Mode, ...]:
    return modes_of(plan.changes, {place for kind in (Registry, Vault) for place in spec.used(kind)}, live)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a spec's tasks, and what hosts are called in it."""

    spec: Spec
    names: Names

    def notes(self, case: TaskCase) -> Iterator[str]:
        """Yield what its runs will meet by its file, but for what others gave it; not what the spec gives in vain."""
        losing = {server.lower() for server in case.losing.servers}
        logins = frozenset(case.live.logins if case.live else ()) - losing
        for one in findings_of_task(self.spec, case.want.name, self.names, logins):
            if one.code != Code.NOT_NEEDED.value:
                yield f"{one.place}: {one.text}"


def _servers(spec: Spec, live: Live) -> Mapping[str, str]:
    ids = {key: spec.registry_id(key) for key in spec.registries}
    return {key: live.registries[id_].login_server for key, id_ in ids.items() if id_ in live.registries}


def _rights(spec: Spec, live: Live) -> tuple[Right, ...]:
    return tuple(right for name in sorted(spec.tasks) for right in wanted_rights(spec, name, live))


def _scene(live: Live, owner: Owner, grants: Grants, unneeded: Unneeded, staying: Leaving, identities: Part) -> Scene:
    marking = (*unneeded.keys, *(one.key for one in identities.changes if isinstance(one, UpdateIdentity)))
    return Scene(live, owner, grants, unneeded, frozenset(one.live.id for one in staying.identities), marking)


def _is_adopted(want: WantedTask, proof: Proof) -> bool:
    task = proof.live.tasks.get(want.id)
    if task is None or not proof.owner.adopts or not proof.is_lost_on_task(task):
        return False
    return is_what_is_wanted(want, task)


def _taken_over(wanted: Wanted, live: Live, owner: Owner) -> Mapping[TaskIdentity, frozenset[str]]:
    """Return whose records the spec takes over, by the system identity of each task."""
    if not owner.adopts:
        return {}
    tasks = (live.tasks.get(want.id) for want in wanted.tasks)
    return {SystemIdentity(task.id): owner.towards(task).names for task in tasks if task is not None}


def _task_part(want: WantedTask, scene: Scene, proof: Proof, files: _Files, *, is_adopted: bool) -> Part:
    case = task_case(want, scene, is_adopted=is_adopted)
    part = task_part(case, is_adopted=is_adopted)
    part = replace(part, notes=(*part.notes, *files.notes(case)))
    if is_adopted or not proof.is_lost_on_task(case.live):
        return part
    lost = f"task {want.name} carries no mark of ours, though what it was given says that it is ours: "
    hint = "it is not what the spec says, so --adopt cannot mark it yet" if proof.owner.adopts else "--adopt marks it"
    return replace(part, notes=(*part.notes, lost + hint))


def _notes(wanted: Wanted, live: Live) -> Iterator[str]:
    strict = {registry.id: name for name, registry in wanted.registries.items() if registry.uses_abac}
    without: dict[str, list[str]] = {}
    for task in wanted.tasks if strict else ():
        name = strict.get(task.id.parent, "")
        if name and not _may_log_in(task, live):
            without.setdefault(name, []).append(task.name)
    for name, lost in sorted(without.items()):
        yield (
            f"registry {name} decides by repository, and {' and '.join(lost)} can neither pull from it nor push to "
            "it: name it in `pull` or `push` of each task that does"
        )


def _may_log_in(task: WantedTask, live: Live) -> bool:
    there = live.tasks.get(task.id)
    return task.source is not None or (there is not None and bool(there.source_identity))


def _left(staying: Leaving, owner: Owner) -> Iterator[str]:
    if staying.names:
        many = len(staying.names)
        what = "1 thing carries" if many == 1 else f"{many} things carry"
        yield (
            f"{what} the mark of spec {owner.name} and left the spec: {', '.join(staying.names)}; --prune removes "
            f"{'it' if many == 1 else 'them'}"
        )
