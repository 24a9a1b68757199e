"""Many questions at once, and what they answer as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from acr_identity.errors import NotAuthorisedError
from acr_identity.gateway import PULSE_SECONDS, Reader
from acr_identity.ids import ArmId
from acr_identity.state import Live, LiveAssignment, LiveIdentity, LiveRegistry, LiveRole, LiveTask, LiveVault


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that is not needed, and that the caller may not read."""

    id: ArmId


@dataclass(frozen=True, slots=True)
class Absent:
    """A resource group or an agent pool that is needed and is not there."""

    id: ArmId


@dataclass(frozen=True, slots=True)
class NoScope:
    """A scope at which nothing is."""

    id: ArmId


@dataclass(frozen=True, slots=True)
class NoRole:
    """A role that the spec names and that cannot be assigned at a scope, for it is not there."""

    scope: ArmId
    stated: str


@dataclass(frozen=True, slots=True)
class OtherRole:
    """A role that is not known here, and its GUID."""

    guid: str
    role: LiveRole


Found: TypeAlias = (
    LiveRegistry | LiveVault | LiveIdentity | LiveTask | LiveAssignment | OtherRole | Unseen | Absent | NoScope | NoRole
)
_Named = TypeVar("_Named", LiveRegistry, LiveVault, LiveIdentity, LiveTask)
Question: TypeAlias = Callable[[], Iterable[Found | None]]
_Answer: TypeAlias = "Future[tuple[Found | None, ...]]"


@contextmanager
def opened_pool(concurrency: int, reader: Reader) -> Iterator[ThreadPoolExecutor]:
    """Open a pool of threads to ask in. Whoever stops the work is not kept waiting for answers."""
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


def ask(pool: ThreadPoolExecutor, questions: Iterable[Question]) -> list[Found]:
    """Return all that the questions find; the first error ends the asking.

    Raises:
        AzureError: a read was refused, or no answer came.
    """
    answers = [pool.submit(_answers, question) for question in questions]
    while wait(answers, PULSE_SECONDS, return_when=FIRST_EXCEPTION).not_done and not _failed(answers):
        pass
    return [one for answer in _failed(answers) or answers for one in answer.result() if one is not None]


def _failed(answers: list[_Answer]) -> list[_Answer]:
    return [answer for answer in answers if answer.done() and answer.exception()]


def _answers(question: Question) -> tuple[Found | None, ...]:
    return tuple(question())


def one(read: Callable[[ArmId], Found | None], id_: ArmId) -> tuple[Found | None]:
    """Ask for one thing by its id."""
    return (read(id_),)


def assigned_at(reader: Reader, scope: ArmId) -> Question:
    """Ask for the role assignments at a scope and above it."""

    def asked() -> Iterable[Found]:
        found = reader.assignments(scope)
        return (NoScope(scope),) if found is None else found

    return asked


def if_allowed(question: Question, about: ArmId) -> Question:
    """Return the question about something that is not needed: where it is refused, that is the answer."""

    def asked() -> Iterable[Found | None]:
        try:
            return question()
        except NotAuthorisedError:
            return (Unseen(about),)

    return asked


def gather(found: Iterable[Found]) -> Live:
    """Return what was found as one value, each thing once."""
    found = tuple(found)
    absent = [one.id for one in found if isinstance(one, Absent)]
    return Live(
        registries=_by_id(one for one in found if isinstance(one, LiveRegistry)),
        vaults=_by_id(one for one in found if isinstance(one, LiveVault)),
        identities=_by_id(one for one in found if isinstance(one, LiveIdentity)),
        tasks=_by_id(one for one in found if isinstance(one, LiveTask)),
        assignments=_distinct(one for one in found if isinstance(one, LiveAssignment)),
        roles={one.guid: one.role for one in found if isinstance(one, OtherRole)},
        absent_pools=frozenset(id_ for id_ in absent if id_.kind == "agentpools"),
        absent_groups=frozenset(id_ for id_ in absent if id_.kind == "resourcegroups"),
        absent_scopes=frozenset(one.id for one in found if isinstance(one, NoScope)),
        absent_roles=frozenset((one.scope, one.stated) for one in found if isinstance(one, NoRole)),
        unseen=frozenset(one.id for one in found if isinstance(one, Unseen)),
    )


def _by_id(found: Iterable[_Named]) -> Mapping[ArmId, _Named]:
    return {one.id: one for one in found}


def _distinct(found: Iterable[LiveAssignment]) -> tuple[LiveAssignment, ...]:
    by_id = {one.id.lower(): one for one in found}
    return tuple(by_id[key] for key in sorted(by_id))


def all_of(live: Live) -> Iterator[Found]:
    """Yield all that was found before."""
    yield from live.registries.values()
    yield from live.vaults.values()
    yield from live.identities.values()
    yield from live.tasks.values()
    yield from live.assignments
    yield from (OtherRole(guid, role) for guid, role in live.roles.items())
    yield from map(NoScope, live.absent_scopes)
    yield from (NoRole(scope, stated) for scope, stated in live.absent_roles)
    yield from map(Absent, live.absent_pools | live.absent_groups)
    yield from map(Unseen, live.unseen)
