"""What is asked about a spec: what it names, and of a spec with a name what carries its mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import groupby

from acr_identity.access import BUILT_IN, RoleRight, SecretRight, is_known, rights
from acr_identity.errors import NotAuthorisedError
from acr_identity.gateway import Reader
from acr_identity.ids import ArmId, guid_in, recorders
from acr_identity.observe.asking import Absent, NoRole, OtherRole, Question, assigned_at, if_allowed, one
from acr_identity.spec import Identity, Registry, Spec, Target, Vault
from acr_identity.state import Live, LiveIdentity, LiveRegistry, LiveTask


def questions(reader: Reader, spec: Spec, whole: Spec) -> list[Question]:
    """Return the questions about what a spec, which may be a part of a whole one, names."""
    return [
        *(partial(one, reader.task, spec.task_id(name)) for name in sorted(spec.tasks)),
        *(question for kind, ask in _READS.items() for question in ask(reader, spec.used(kind), spec.name or "")),
        *(assigned_at(reader, scope) for scope in sorted(_assigned_at(spec))),
        *_stated_role_questions(reader, whole),
        *_pool_questions(reader, spec),
        *(_questions_about_leftovers(reader, spec, whole) if whole.name else ()),
    ]


def asked_scopes(spec: Spec, whole: Spec) -> set[ArmId]:
    """Return where role assignments are read: of a spec with a name, in all registries that it names."""
    named = {whole.registry_id(name) for name in whole.registries} if whole.name else set()
    return named | _assigned_at(spec)


def group_questions(reader: Reader, spec: Spec, live: Live) -> Iterator[Question]:
    """Yield a question for each resource group in which an identity is to be created, and nothing is that was read."""
    new = {_group(id_) for id_ in spec.used(Identity) if id_ not in live.identities}
    known = {_group(id_) for id_ in (*live.registries, *live.vaults, *live.identities)}
    for group in sorted(new - known):
        yield partial(_absent, reader.has_group, group)


def _pool_questions(reader: Reader, spec: Spec) -> Iterator[Question]:
    pools = {
        spec.registry_id(task.registry).child("agentPools", task.agent.pool)
        for task in spec.tasks.values()
        if task.agent is not None and task.agent.pool is not None
    }
    yield from (partial(_absent, reader.has_pool, pool) for pool in sorted(pools))


def _absent(is_there: Callable[[ArmId], bool], id_: ArmId) -> tuple[Absent, ...]:
    # Whoever may create a task or an identity need not be allowed to look at the pool or the group.
    with suppress(NotAuthorisedError):
        return () if is_there(id_) else (Absent(id_),)
    return ()


def _stated_role_questions(reader: Reader, spec: Spec) -> Iterator[Question]:
    """Yield a question for each role that the spec names and that is not known here."""
    stated = {(right.scope, right.role) for right in rights(spec) if isinstance(right, RoleRight)}
    identities = set(spec.used(Identity))
    for scope, role in sorted(each for each in stated if not is_known(each[1])):
        yield partial(_stated_role, reader, scope, role, _group(scope) if scope in identities else scope)


def _stated_role(reader: Reader, scope: ArmId, stated: str, asked: ArmId) -> tuple[OtherRole | NoRole, ...]:
    """Ask for a role that can be assigned at a scope; `asked` is what is there: an identity need not be yet."""
    guid = guid_in(stated)
    if not guid:
        named = reader.roles_at(asked, stated)
        return tuple(OtherRole(*each) for each in named.items()) or (NoRole(scope, stated),)
    with suppress(NotAuthorisedError):
        role = reader.role(scope.subscription, guid)
        return (NoRole(scope, stated) if role is None else OtherRole(guid, role),)
    return ()


def role_questions(reader: Reader, live: Live) -> Iterator[Question]:
    """Yield a question for each role of one's own that somebody assigned to an identity of the spec."""
    principals = {each.principal_id for each in live.identities.values()}
    principals |= {task.attached.system_principal_id or "" for task in live.tasks.values()}
    asked: dict[str, str] = {}
    for each in live.assignments:
        if each.principal_id in principals and each.role_guid not in BUILT_IN and each.role_guid not in live.roles:
            asked.setdefault(each.role_guid, each.id.partition("/subscriptions/")[2].partition("/")[0])
    subscription = next((id_.subscription for id_ in (*live.registries, *live.vaults)), "")
    for guid, of in sorted(asked.items()):
        yield partial(_own_role, reader, of or subscription, guid)


def _own_role(reader: Reader, subscription: str, guid: str) -> tuple[OtherRole, ...]:
    # Who may not read a role does not know what it allows: the plan says so.
    with suppress(NotAuthorisedError):
        role = reader.role(subscription, guid)
        return () if role is None else (OtherRole(guid, role),)
    return ()


def _assigned_at(spec: Spec) -> set[ArmId]:
    return {right.resource for right in rights(spec) if not isinstance(right, SecretRight)}


def _questions_about_leftovers(reader: Reader, spec: Spec, whole: Spec) -> Iterator[Question]:
    """Yield what is asked so that nothing is forgotten that left the spec; whoever may not read it is told so."""
    mark, wanted, needed = whole.name or "", {spec.task_id(name) for name in spec.tasks}, _assigned_at(spec)
    registries = sorted(map(whole.registry_id, whole.registries))
    for registry in registries:
        yield if_allowed(partial(_marked_tasks, reader, registry, mark, wanted), registry)
        if registry not in needed:
            yield if_allowed(assigned_at(reader, registry), registry)
    for vault in sorted({*map(whole.vault_id, whole.vaults)} - {*spec.used(Vault)}):
        yield if_allowed(partial(one, reader.vault, vault), vault)
    read = {_group(id_) for id_ in spec.used(Identity)}
    groups = {_group(whole.identity_id(name)) for name in whole.identities} | set(map(_group, registries))
    for group in sorted(groups - read):
        yield if_allowed(partial(_marked_identities, reader, group, mark), group)


def _group(id_: ArmId) -> ArmId:
    return ArmId.group(id_.subscription, id_.resource_group)


def _marked_tasks(reader: Reader, registry: ArmId, spec: str, wanted: set[ArmId]) -> tuple[LiveTask, ...]:
    return tuple(task for task in reader.tasks_of(registry) if task.id not in wanted and spec in recorders(task.tags))


def _marked_identities(reader: Reader, group: ArmId, spec: str) -> tuple[LiveIdentity, ...]:
    return tuple(one for one in reader.identities(group) if spec in recorders(one.tags))


def _registry_questions(reader: Reader, ids: tuple[ArmId, ...], spec: str) -> Iterator[Question]:
    del spec
    for subscription, group in groupby(ids, key=lambda id_: id_.subscription.lower()):
        wanted = tuple(group)
        yield partial(_registries, reader, subscription, wanted)


def _registries(reader: Reader, subscription: str, wanted: tuple[ArmId, ...]) -> tuple[LiveRegistry | None, ...]:
    # One list is one request; but who has rights on resource groups only may see nothing of a subscription.
    listed: dict[ArmId, LiveRegistry] = {}
    if len(wanted) > 1:
        with suppress(NotAuthorisedError):
            listed = {registry.id: registry for registry in reader.registries(subscription)}
    return tuple(listed[id_] if id_ in listed else reader.registry(id_) for id_ in wanted)


def _vault_questions(reader: Reader, ids: tuple[ArmId, ...], spec: str) -> Iterator[Question]:
    del spec
    yield from (partial(one, reader.vault, vault) for vault in ids)


def _identity_questions(reader: Reader, ids: tuple[ArmId, ...], spec: str) -> Iterator[Question]:
    for _, group in groupby(ids, key=lambda id_: (id_.subscription.lower(), id_.resource_group.lower())):
        yield partial(_identities, reader, tuple(group), spec)


def _identities(reader: Reader, wanted: tuple[ArmId, ...], spec: str) -> tuple[LiveIdentity | None, ...]:
    if spec or len(wanted) > 1:
        with suppress(NotAuthorisedError):
            listed = reader.identities(_group(wanted[0]))
            return tuple(one for one in listed if one.id in wanted or (spec and spec in recorders(one.tags)))
    return tuple(map(reader.identity, wanted))


_READS: Mapping[type[Target], Callable[[Reader, tuple[ArmId, ...], str], Iterator[Question]]] = {
    Registry: _registry_questions,
    Vault: _vault_questions,
    Identity: _identity_questions,
}
"""How each kind of target is read."""
