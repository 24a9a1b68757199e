"""The facade for scripts and notebooks."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from acr_identity.changes import DeleteIdentity, DeleteTask
from acr_identity.errors import (
    AzureError,
    MissingResourceError,
    SettingsError,
    SpecError,
    TaskMissingError,
    UnsafePlanError,
)
from acr_identity.ids import ArmId
from acr_identity.loading import LOADING
from acr_identity.observe import observe
from acr_identity.plan import PlanInputs, make_destroy_plan, make_plan, refusal_of_removals
from acr_identity.provisioner.missing import explain_missing
from acr_identity.provisioner.opening import Opened
from acr_identity.spec import Spec
from acr_identity.state import SystemIdentity, TaskIdentity, UserIdentity, Value

if TYPE_CHECKING:
    from acr_identity.errors import PlacedMistake
    from acr_identity.execute import Report
    from acr_identity.plan import Plan
    from acr_identity.provisioner.saved_plan import SavedPlan
    from acr_identity.provisioner.task_run import TaskRun
    from acr_identity.render import TaskView
    from acr_identity.state import LiveRun

_NOT_FOUND = 404
_LOOKS = 2
"""How often `destroy` looks for what was made while it worked."""


class Provisioner(Opened):
    """Makes Azure have what a spec says, and runs its tasks.

    Usable as a context manager, from several threads, and inside a running event loop (it blocks: hand it to a thread
    with `asyncio.to_thread`).

    >>> with Provisioner.emulated("examples/cross-registry/world.yaml") as provisioner:
    ...     plan = provisioner.plan("examples/cross-registry/spec.yaml")
    ...     report = provisioner.apply(plan)
    ...     provisioner.run("helloworldtask").wait().status
    'Succeeded'

    Args:
        credential: anything with `get_token`; by default `DefaultAzureCredential`.
        cloud: the cloud to talk to, whatever a spec says; by default the one that the environment variable
            `ACR_IDENTITY_CLOUD` names. Where that names none either it is the public one, and a spec that names another
            is refused. `load_cloud` reads one from a name or a file.
        concurrency: how many requests are under way at once, at most.
        progress: is told of each change as it is made.
        on_request: is told of each request that was answered.
        files_from: folders besides the repository of a spec whose files it may name; see `load_spec`.

    Raises:
        SettingsError: the cloud or the concurrency cannot be used.
        SpecError: the cloud file that the environment variable names is invalid.
    """

    _instead = "a provisioner is not pickled, for it is signed in: send the spec, and make a provisioner there"

    def plan(
        self,
        spec: Spec | str | Path,
        *,
        tasks: Iterable[str] | None = None,
        prune: bool = False,
        adopt: bool = False,
    ) -> Plan:
        """Read what Azure has and return what must be done for it to have what the spec says. Changes nothing.

        What an earlier `apply` of this spec set, and the spec does not say any more, goes back to the service's
        default, and grants that nothing needs any more are removed. What others set stays.
        What stands in environment variables that are not set is not compared, and such a plan cannot be applied.

        Args:
            spec: a spec, or the path of one.
            tasks: only these tasks and what they need; by default all.
            prune: whether tasks and identities that carry the mark of this spec, and are not in it any more, are
                removed; without it a note counts them. The spec must have a name.
            adopt: whether our marks are written again where another tool has wiped them, or put in place of another
                spec's.

        Raises:
            SpecError: the spec is invalid.
            SettingsError: there is something to prune in a spec without a name, or in a part of a spec.
            MissingResourceError: it names registries or vaults that do not exist, or a resource group that does not.
            AzureError: a read was refused.
        """
        whole = self._load(spec)
        if prune and (whole.name is None or tasks is not None):
            raise _not_to_be_pruned(whole)
        names = None if tasks is None else tuple(tasks)
        wanted, unset = self._ready(whole, names)
        part_of = None if names is None else whole.as_far_as_set(os.environ)[0]
        live = observe(self._gateway, wanted, whole=part_of, concurrency=self._concurrency)
        try:
            planned = make_plan(wanted, live, whole=part_of, prune=prune, adopt=adopt)
            inputs = PlanInputs(wanted, names, self._cloud, prune=prune, adopt=adopt)
            return replace(planned, unset=unset, inputs=inputs)
        except MissingResourceError:
            error = explain_missing(wanted, live, self._gateway, emulated=self._emulator is not None)
        raise error

    def check(self, saved: SavedPlan, spec: Spec | None = None) -> Plan:
        """Make a saved plan anew and return it, if it is the one that was saved. Changes nothing.

        Args:
            saved: the plan that was looked at.
            spec: the spec as it is now; by default it is read from where the saved plan says.

        Raises:
            StalePlanError: it is another plan now. The reasons name the changes, files and variables that moved.
            AzureError: a read was refused.
        """
        now = saved.load_spec(files_from=self._files_from) if spec is None else spec
        return saved.checked(
            now, self._cloud, lambda: self.plan(now, tasks=saved.tasks, prune=saved.prune, adopt=saved.adopt)
        )

    def apply(self, plan: Plan, *, stop: threading.Event | None = None, max_removals: int | None = None) -> Report:
        """Do what a plan says and report what became of every change.

        The plan is not made anew. A task that somebody created after it was made is left alone, and the change that
        would create it is refused with `ConflictError`. An identity that somebody created is used and stays theirs: the
        outcome says that it was found, and it does not keep our mark.

        Args:
            plan: what to do.
            stop: whoever sets it, from another thread, ends the work as Ctrl-C does: requests that are under way end,
                no more are sent, and the report says what was done.
            max_removals: how many removals are meant, at most. By default 5, or 30 % of what is ours if that is more; a
                plan of `plan_destroy` may remove all that it names.

        Raises:
            SpecError: it was made while environment variables of the spec were not set. Nothing was changed.
            UnsafePlanError: the plan must not be applied as it is. Nothing was changed.
            TooManyRemovalsError: it would remove more than that. Nothing was changed.
        """
        if plan.unset:
            raise SpecError(plan.unset)
        if plan.unsafe:
            raise UnsafePlanError(plan.unsafe, advice="Change what the reasons name: the spec, Azure, or your rights.")
        refusal = refusal_of_removals(plan, max_removals)
        if refusal is not None:
            raise refusal
        with LOADING:
            from acr_identity.execute import execute

        return execute(
            plan, self._gateway, concurrency=self._concurrency, progress=self._progress, clock=self._clock, stop=stop
        )

    def plan_destroy(self, spec: Spec | str | Path, *, tasks: Iterable[str] | None = None) -> Plan:
        """Return what must be done to take back what `apply` made for these tasks, and nothing else.

        Raises:
            SpecError: the spec is invalid.
            AzureError: a read was refused.
        """
        return self._plan_destroy(spec, tasks, {})

    def _plan_destroy(
        self, spec: Spec | str | Path, tasks: Iterable[str] | None, deleted: Mapping[str, TaskIdentity]
    ) -> Plan:
        whole = self._load(spec)
        names = frozenset(whole.only(tasks).tasks if tasks is not None else whole.tasks)
        live = observe(self._gateway, whole, concurrency=self._concurrency)
        return make_destroy_plan(whole, live, names, deleted=deleted)

    def destroy(
        self,
        spec: Spec | str | Path,
        *,
        tasks: Iterable[str] | None = None,
        plan: Plan | None = None,
        stop: threading.Event | None = None,
    ) -> Report:
        """Take back what `apply` made for these tasks. What others made stays.

        When it is done it looks again: what an `apply` that ran at the same time has made goes too.

        Args:
            spec: a spec, or the path of one.
            tasks: only these tasks; by default all.
            plan: the plan to begin with; by default a new one.
            stop: whoever sets it ends the work; see `apply`.

        Raises:
            SpecError: the spec is invalid.
            AzureError: a read was refused.
        """
        names = None if tasks is None else tuple(tasks)
        report = self.apply(plan or self.plan_destroy(spec, tasks=names), stop=stop)
        for _ in range(_LOOKS):
            if not report.outcomes or report.interrupted:
                break
            rest = self._plan_destroy(spec, names, _deleted_by(report))
            if rest.is_empty:
                break
            report = report.followed_by(self.apply(rest, stop=stop))
        return report

    def run(self, task: str | ArmId, values: Mapping[str, str | SecretStr] | None = None) -> TaskRun:
        """Queue a run of a task and return it.

        Args:
            task: a resource id, or the name of a task of a spec that this provisioner has planned or shown.
            values: values for the task file, by name; a `SecretStr` is kept secret by Azure too.

        Raises:
            TaskMissingError: there is no such task.
            AzureError: the run was refused.
        """
        id_ = self._tasks.id_of(task)
        try:
            run = self._gateway.schedule(id_, [Value(name, value) for name, value in sorted((values or {}).items())])
        except AzureError as error:
            if error.status == _NOT_FOUND:
                raise _missing(id_) from error
            raise
        return self._followed(run)

    def attach(self, task: str | ArmId, run_id: str | None = None) -> TaskRun:
        """Return a run that exists already: the newest of the task, or the one of this id.

        Raises:
            TaskMissingError: there is no such run.
            AzureError: it cannot be read.
        """
        id_ = self._tasks.id_of(task)
        run = self._gateway.run(id_.parent, run_id) if run_id else self._gateway.latest_run(id_)
        if run is None:
            what = f"run {run_id}" if run_id else f"run of task {id_.name}"
            message = f"there is no {what} in registry {id_.parent.name}"
            raise TaskMissingError(id_.name, message, advice="Run the task first, or look at the run's id.")
        return self._followed(run)

    def show(self, task: str, spec: Spec | str | Path | None = None) -> TaskView:
        """Return a task of a spec with its identities, grants and credentials as they are.

        Args:
            task: the name of the task in the spec.
            spec: the spec; not needed if this provisioner has planned it.

        Raises:
            TaskMissingError: there is no such task.
            AzureError: a read was refused.
        """
        whole = self._load(spec) if spec is not None else self._tasks.spec_of(task)
        wanted = whole.only([task])
        live = observe(self._gateway, wanted, concurrency=self._concurrency)
        id_ = wanted.task_id(task)
        if id_ not in live.tasks:
            raise _missing(id_)
        with LOADING:
            from acr_identity.provisioner.show import show_task

        return show_task(live.tasks[id_], live, self._gateway.latest_run(id_))

    def _followed(self, run: LiveRun) -> TaskRun:
        with LOADING:
            from acr_identity.execute import RunFollower
            from acr_identity.provisioner.task_run import TaskRun

        return TaskRun(RunFollower(self._gateway, run, self._clock), self._clock)

    def _ready(self, whole: Spec, tasks: Iterable[str] | None) -> tuple[Spec, tuple[PlacedMistake, ...]]:
        wanted = whole if tasks is None else whole.only(tasks)
        return wanted.as_far_as_set(os.environ)


def _deleted_by(report: Report) -> Mapping[str, TaskIdentity]:
    """Return who had the principals that are gone now."""
    deleted: dict[str, TaskIdentity] = {}
    for outcome in report.outcomes:
        match outcome.change:
            case DeleteIdentity(id_, _, principal_id):
                deleted[principal_id] = UserIdentity(id_)
            case DeleteTask(id_, _, principal_id):
                deleted[principal_id] = SystemIdentity(id_)
            case _:
                pass
    return deleted


def _not_to_be_pruned(spec: Spec) -> SettingsError:
    if spec.name is None:
        return SettingsError(
            "the spec has no name, so what it set cannot be told from what other specs set",
            advice="Give it a name (`name: my-platform`) and apply it: from then on what leaves it can be found.",
        )
    return SettingsError("only a whole spec can be pruned, not some of its tasks", advice="Leave the tasks out.")


def _missing(task: ArmId) -> TaskMissingError:
    return TaskMissingError(
        task.name,
        f"there is no task {task.name} in registry {task.parent.name}",
        advice="Apply the spec first: it creates the task.",
    )
