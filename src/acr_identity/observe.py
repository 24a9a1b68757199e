"""The reads: what Azure has of what a spec names, in as few requests and as short a chain as the job allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby
from typing import TypeAlias, TypeVar

from acr_identity.access import PullRight, rights
from acr_identity.errors import AzureError, NotAuthorisedError
from acr_identity.gateway import DEFAULT_CONCURRENCY, PULSE_SECONDS, Reader
from acr_identity.ids import ArmId
from acr_identity.spec import Identity, Registry, Spec, Target, Vault
from acr_identity.state import Live, LiveAssignment, LiveIdentity, LiveRegistry, LiveTask, LiveVault, Surroundings

Found: TypeAlias = LiveRegistry | LiveVault | LiveIdentity | LiveTask | LiveAssignment
_Named = TypeVar("_Named", LiveRegistry, LiveVault, LiveIdentity, LiveTask)
Question: TypeAlias = Callable[[], Iterable[Found | None]]
_Answer: TypeAlias = "Future[tuple[Found | None, ...]]"


def observe(reader: Reader, spec: Spec, *, concurrency: int = DEFAULT_CONCURRENCY) -> Live:
    """Read what the spec names, in one round trip.

    It is more where a vault turns out to use roles, a list has several pages, or the caller may not list.

    Raises:
        AzureError: a read was refused, or no answer came.
    """
    with _pool(concurrency, reader) as pool:
        found = _ask(pool, _questions(reader, spec))
        by_role = [vault.id for vault in found if isinstance(vault, LiveVault) and vault.uses_rbac]
        found += _ask(pool, [partial(reader.assignments, vault) for vault in by_role])
    return _gather(found)


def look_around(reader: Reader, subscriptions: Iterable[str]) -> Mapping[str, Surroundings]:
    """Read what else there is in subscriptions, by their ids in lower case; what may not be listed is left out."""
    around: dict[str, Surroundings] = {}
    for subscription in sorted({one.lower() for one in subscriptions}):
        with suppress(AzureError):
            around[subscription] = reader.surroundings(subscription)
    return around


@contextmanager
def _pool(concurrency: int, reader: Reader) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="observe")
    is_awaited = True
    try:
        yield pool
    except BaseException as error:
        # Nothing of what is under way is needed any more. A read may take minutes, and changes nothing: whoever has
        # stopped the work is not kept waiting for it.
        reader.stop_waiting()
        is_awaited = not isinstance(error, KeyboardInterrupt)
        raise
    finally:
        pool.shutdown(wait=is_awaited, cancel_futures=True)


def _ask(pool: ThreadPoolExecutor, questions: Iterable[Question]) -> list[Found]:
    answers = [pool.submit(_answers, question) for question in questions]
    while wait(answers, PULSE_SECONDS, return_when=FIRST_EXCEPTION).not_done and not _failed(answers):
        pass
    return [one for answer in _failed(answers) or answers for one in answer.result() if one is not None]


def _failed(answers: list[_Answer]) -> list[_Answer]:
    return [answer for answer in answers if answer.done() and answer.exception()]


def _answers(question: Question) -> tuple[Found | None, ...]:
    return tuple(question())


def _questions(reader: Reader, spec: Spec) -> list[Question]:
    pulled = sorted({right.registry for right in rights(spec) if isinstance(right, PullRight)})
    return [
        *(partial(_one, reader.task, spec.task_id(name)) for name in sorted(spec.tasks)),
        *(question for kind, ask in _READS.items() for question in ask(reader, spec.used(kind))),
        *(partial(reader.assignments, registry) for registry in pulled),
    ]


def _one(read: Callable[[ArmId], Found | None], id_: ArmId) -> tuple[Found | None]:
    return (read(id_),)


def _registry_questions(reader: Reader, ids: tuple[ArmId, ...]) -> Iterator[Question]:
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


def _vault_questions(reader: Reader, ids: tuple[ArmId, ...]) -> Iterator[Question]:
    yield from (partial(_one, reader.vault, vault) for vault in ids)


def _identity_questions(reader: Reader, ids: tuple[ArmId, ...]) -> Iterator[Question]:
    for _, group in groupby(ids, key=lambda id_: (id_.subscription.lower(), id_.resource_group.lower())):
        yield partial(_identities, reader, tuple(group))


def _identities(reader: Reader, wanted: tuple[ArmId, ...]) -> tuple[LiveIdentity | None, ...]:
    first, *others = wanted
    if others:
        with suppress(NotAuthorisedError):
            listed = reader.identities(ArmId.group(first.subscription, first.resource_group))
            return tuple(identity for identity in listed if identity.id in wanted)
    return tuple(map(reader.identity, wanted))


_READS: Mapping[type[Target], Callable[[Reader, tuple[ArmId, ...]], Iterator[Question]]] = {
    Registry: _registry_questions,
    Vault: _vault_questions,
    Identity: _identity_questions,
}
"""How each kind of target is read."""


def _gather(found: Iterable[Found]) -> Live:
    found = tuple(found)
    return Live(
        registries=_by_id(one for one in found if isinstance(one, LiveRegistry)),
        vaults=_by_id(one for one in found if isinstance(one, LiveVault)),
        identities=_by_id(one for one in found if isinstance(one, LiveIdentity)),
        tasks=_by_id(one for one in found if isinstance(one, LiveTask)),
        assignments=_distinct(one for one in found if isinstance(one, LiveAssignment)),
    )


def _by_id(found: Iterable[_Named]) -> Mapping[ArmId, _Named]:
    return {one.id: one for one in found}


def _distinct(found: Iterable[LiveAssignment]) -> tuple[LiveAssignment, ...]:
    by_id = {one.id.lower(): one for one in found}
    return tuple(by_id[key] for key in sorted(by_id))
