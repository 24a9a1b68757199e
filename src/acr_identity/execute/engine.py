"""The order of the work: what is ready goes to the pool, what failed takes its dependents with it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from acr_identity.changes import Change
from acr_identity.errors import AcrIdentityError, ConflictError
from acr_identity.execute.aftermath import with_last_look
from acr_identity.execute.clock import Clock, SystemClock
from acr_identity.execute.patience import persist
from acr_identity.execute.progress import Progress, Silent
from acr_identity.execute.report import Done, Failed, Outcome, Report, Skipped
from acr_identity.execute.units import Look, Piece, Unit, pieces
from acr_identity.gateway import DEFAULT_CONCURRENCY, PULSE_SECONDS, Gateway, Learned
from acr_identity.ids import ArmId
from acr_identity.plan import Plan, PlannedChange, is_made
from acr_identity.state import Known, LiveTask, Principals, TaskIdentity, UserIdentity

_Running: TypeAlias = Future[LiveTask | None]
"""Work that is under way. That of a look ends with what is there, that of a unit with nothing."""


def execute(
    plan: Plan,
    gateway: Gateway,
    *,
    concurrency: int = DEFAULT_CONCURRENCY,
    progress: Progress | None = None,
    clock: Clock | None = None,
    stop: threading.Event | None = None,
) -> Report:
    """Make the changes of a plan, each behind those that it needs, and report what became of every one.

    A task that is to be created is looked at once more, at the same time as the first changes are made. Where somebody
    has created one since the plan was made, it is left alone, and the change refused.

    A refused change is a result, not an exception: its dependents are skipped, everything else goes on. Ctrl-C lets
    the requests that are under way end, starts none, and gives the same report, marked as interrupted. So does whoever
    sets `stop`. Who was there before and was given something is looked at in the end: if it was deleted meanwhile, that
    is taken back. So are the registries and vaults on which it was: if one decides about rights otherwise by now, what
    was changed there counts as failed.
    """
    gateway.prepare(plan.changes)
    work = _Work(plan, gateway, progress or Silent(), clock or SystemClock(), stop or threading.Event())
    with ThreadPoolExecutor(concurrency, thread_name_prefix="execute") as pool:
        interrupted = work.go(pool)
        outcomes = tuple(work.outcomes[step.change.key] for step in plan.steps)
        if not interrupted:
            outcomes = with_last_look(outcomes, plan.modes, gateway, pool)
    return Report(outcomes, interrupted, plan.notes)


@dataclass(slots=True)
class _Work:
    plan: Plan
    gateway: Gateway
    progress: Progress
    clock: Clock
    stop: threading.Event
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    principals: dict[TaskIdentity, Known] = field(default_factory=dict)
    new: set[TaskIdentity] = field(default_factory=set)
    looks: dict[ArmId, _Running] = field(default_factory=dict)

    def go(self, pool: ThreadPoolExecutor) -> bool:
        """Work until nothing is left; say whether the user stopped it."""
        self.principals.update(_known(self.plan))
        waiting = {piece.number: piece for piece in pieces(self.plan.steps)}
        running: dict[_Running, Piece] = {}
        while waiting or running:
            try:
                if self.stop.is_set():
                    self.gateway.stop_waiting()
                self._start_ready(waiting, running, pool)
                ended, _ = wait(running, PULSE_SECONDS, FIRST_COMPLETED)
                for future in ended:
                    if isinstance(running.pop(future), Unit):
                        future.result()
            except KeyboardInterrupt:
                self.stop.set()
        return self.stop.is_set()

    def _start_ready(self, waiting: dict[int, Piece], running: dict[_Running, Piece], pool: ThreadPoolExecutor) -> None:
        # A piece of which nothing is left to do ends at once, and may make others ready.
        while ready := _ready(waiting, running):
            for piece in ready:
                future = self._start(piece, pool)
                if future is not None:
                    running[future] = piece
                del waiting[piece.number]

    def _start(self, piece: Piece, pool: ThreadPoolExecutor) -> _Running | None:
        match piece:
            case Unit():
                steps = self._not_skipped(piece)
                return pool.submit(self._make, steps) if steps else None
            case Look(task=task):
                self.looks[task] = pool.submit(self._look, task)
                return self.looks[task]
            case _:
                assert_never(piece)

    def _look(self, task: ArmId) -> LiveTask | None:
        # After a stop nobody asks for the answer any more.
        return None if self.stop.is_set() else self.gateway.task(task)

    def _not_skipped(self, unit: Unit) -> tuple[PlannedChange, ...]:
        live = []
        for step in unit.steps:
            undone = self._undone(step)
            if undone is None and not self.stop.is_set():
                live.append(step)
            elif step.change.key not in self.outcomes:
                self._record((Skipped(step.change, undone),))
        return tuple(live)

    def _undone(self, step: PlannedChange) -> Change | None:
        earlier = (self.outcomes[key] for key in step.after)
        return next((outcome.change for outcome in earlier if not isinstance(outcome, Done)), None)

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            self.outcomes[outcome.change.key] = outcome
            self.progress.ended(outcome)

    def _make(self, steps: tuple[PlannedChange, ...]) -> None:
        # The thread that makes a change records it, so that an interrupt of the main thread loses nothing.
        changes = [step.change for step in steps]
        for change in changes:
            self.progress.started(change)
        start = self.clock.monotonic()
        try:
            learned = self._found(changes[0]) or self._persist(changes)
        except AcrIdentityError as error:
            self._record([Failed(change, error, self.clock.monotonic() - start) for change in changes])
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the report of the other changes must not be lost
            self._record([Failed(change, _fault(error), self.clock.monotonic() - start) for change in changes])
            return
        self.principals.update(learned.principals)
        self.new.update(learned.principals)
        seconds = self.clock.monotonic() - start
        self._record([Done(change, learned.found, seconds) for change in changes])

    def _found(self, change: Change) -> Learned | None:
        """Return what is learned of a task that is there already, as the change would make it.

        Raises:
            AcrIdentityError: it is another one, or the look at it was refused.
        """
        there = self.looks[change.looks_for].result() if change.looks_for else None
        if there is None:
            return None
        if not is_made(change, there, self.principals):
            raise _created_meanwhile(there.id)
        return Learned(_principal_of(change, there), found=True)

    def _persist(self, changes: list[Change]) -> Learned:
        def on_wait(reason: str, seconds: float) -> None:
            for change in changes:
                self.progress.waiting(change, reason, seconds)

        first = changes[0]
        return persist(
            lambda: self.gateway.make(changes, self.principals),
            lambda error: first.patience_with(error, identity_is_new=self._is_new(first)),
            self.clock,
            self.stop,
            on_wait,
        )

    def _is_new(self, change: Change) -> bool:
        return any(UserIdentity(user) in self.new for user in change.attaches)


def _principal_of(change: Change, there: LiveTask) -> Principals:
    principal = there.attached.system_principal_id
    return {change.brings: Known(principal)} if change.brings and principal else {}


def _created_meanwhile(task: ArmId) -> ConflictError:
    return ConflictError(
        f"task {task.name} was created by somebody else since the plan was made",
        operation="create task",
        resource=str(task),
        advice="Plan again: the new plan says what it would change of that task.",
    )


def _fault(error: Exception) -> AcrIdentityError:
    fault = AcrIdentityError(
        f"unexpected {type(error).__name__}", advice="This is a fault of this program: please report it."
    )
    fault.__cause__ = error
    return fault


def _ready(waiting: dict[int, Piece], running: dict[_Running, Piece]) -> list[Piece]:
    busy = waiting.keys() | {piece.number for piece in running.values()}
    return [piece for piece in waiting.values() if not piece.after & busy]


def _known(plan: Plan) -> dict[TaskIdentity, Known]:
    return {
        grantee.identity: grantee.ids
        for change in plan.changes
        for grantee in change.grantees
        if isinstance(grantee.ids, Known)
    }
