"""The facade for scripts and notebooks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import SecretStr

from acr_identity.errors import (
    AzureError,
    MissingResourceError,
    SettingsError,
    SpecError,
    TaskMissingError,
    UnsafePlanError,
)
from acr_identity.execute import Clock, Progress, RunFollower, SystemClock, execute
from acr_identity.gateway import DEFAULT_CONCURRENCY
from acr_identity.ids import CLOUD_VARIABLE, PUBLIC_CLOUD, ArmId, Cloud
from acr_identity.loading import LOADING
from acr_identity.observe import observe
from acr_identity.plan import Plan, make_destroy_plan, make_plan
from acr_identity.provisioner.clouds import cloud_of_the_environment
from acr_identity.provisioner.missing import explain_missing
from acr_identity.provisioner.show import show_task
from acr_identity.provisioner.task_run import TaskRun
from acr_identity.secrecy import NotPickled
from acr_identity.spec import Spec, load_spec
from acr_identity.spec.files import folders_of
from acr_identity.state import Value

if TYPE_CHECKING:
    from acr_identity.emulator import Caller, Emulator, Settings, World
    from acr_identity.errors import PlacedMistake
    from acr_identity.execute import Report
    from acr_identity.gateway import Gateway
    from acr_identity.render import TaskView
    from acr_identity.sdk import RequestSeen, TokenProvider

_NOT_FOUND = 404


class Provisioner(NotPickled):
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

    def __init__(
        self,
        credential: TokenProvider | None = None,
        cloud: Cloud | None = None,
        *,
        concurrency: int = DEFAULT_CONCURRENCY,
        progress: Progress | None = None,
        on_request: Callable[[RequestSeen], None] | None = None,
        files_from: Iterable[Path | str] = (),
    ) -> None:
        from acr_identity.sdk import connect  # noqa: PLC0415 - `connect` loads the Azure SDK

        clock = SystemClock()
        named = cloud or cloud_of_the_environment()
        gateway = connect(
            named or PUBLIC_CLOUD,
            credential,
            concurrency=concurrency,
            on_request=on_request,
            on_wait=_teller(progress),
            clock=clock,
        )
        self._set_up(gateway, concurrency, progress, clock, gateway.close, files_from)
        self._takes_any_cloud = named is not None

    def _set_up(
        self,
        gateway: Gateway,
        concurrency: int,
        progress: Progress | None,
        clock: Clock,
        release: Callable[[], None],
        files_from: Iterable[Path | str],
    ) -> None:
        self._gateway = gateway
        self._concurrency = concurrency
        self._progress = progress
        self._release = release
        self._clock = clock
        self._tasks: dict[str, tuple[Spec, ArmId]] = {}
        self._takes_any_cloud = True
        self._files_from = folders_of(files_from)
        self._emulator: Emulator | None = None

    @property
    def emulator(self) -> Emulator:
        """Return the emulator that this provisioner talks to.

        Raises:
            SettingsError: it talks to Azure.
        """
        if self._emulator is None:
            raise SettingsError(
                "this provisioner talks to Azure, not to an emulator", advice="Make one with Provisioner.emulated()."
            )
        return self._emulator

    @classmethod
    def emulated(  # noqa: PLR0913 - all but the first are given by name
        cls,
        world: Emulator | World | str | Path | None = None,
        *,
        state: str | Path | None = None,
        settings: Settings | None = None,
        caller: Caller | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        progress: Progress | None = None,
        on_request: Callable[[RequestSeen], None] | None = None,
        files_from: Iterable[Path | str] = (),
    ) -> Self:
        """Return a provisioner that talks to an emulator in this process, through the real SDK.

        It waits by the emulator's clock: where that is moved by hand, waiting takes no time.

        Args:
            world: what exists before, as a value or as a file, or an emulator of one's own that is there already;
                by default an empty subscription.
            state: a file that keeps the emulator's state; what is in it goes before `world`.
            settings: the emulator's pace and delays.
            caller: who asks, as `Emulator.caller` made it; by default the owner of the subscription.
            concurrency: how many requests are under way at once, at most.
            progress: is told of each change as it is made.
            on_request: is told of each request that was answered.
            files_from: folders besides the repository of a spec whose files it may name; see `load_spec`.

        Raises:
            SpecError: the world file is invalid.
            SettingsError: the state file is cut short, of another version, or in use; or there is a state or settings
                beside an emulator of one's own.
        """
        from acr_identity.sdk import connect  # noqa: PLC0415 - `connect` loads the Azure SDK

        with LOADING:
            from acr_identity.provisioner.emulation import start  # noqa: PLC0415 - loads the emulator

        self = cls.__new__(cls)
        opening = partial(
            connect, PUBLIC_CLOUD, concurrency=concurrency, on_request=on_request, on_wait=_teller(progress)
        )
        emulation = start(world, state, settings, caller, opening)
        self._set_up(emulation.gateway, concurrency, progress, emulation.clock, emulation.release, files_from)
        self._emulator = emulation.emulator
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and the emulator's state file if there is one."""
        self._release()

    def plan(self, spec: Spec | str | Path, *, tasks: Iterable[str] | None = None) -> Plan:
        """Read what Azure has and return what must be done for it to have what the spec says. Changes nothing.

        What stands in environment variables that are not set is not compared, and such a plan cannot be applied.

        Args:
            spec: a spec, or the path of one.
            tasks: only these tasks and what they need; by default all.

        Raises:
            SpecError: the spec is invalid.
            MissingResourceError: it names registries or vaults that do not exist.
            AzureError: a read was refused.
        """
        wanted, unset = self._ready(spec, tasks)
        live = observe(self._gateway, wanted, concurrency=self._concurrency)
        try:
            return replace(make_plan(wanted, live), unset=unset)
        except MissingResourceError:
            error = explain_missing(wanted, live, self._gateway, emulated=self._emulator is not None)
        raise error

    def apply(self, plan: Plan, *, stop: threading.Event | None = None) -> Report:
        """Do what a plan says and report what became of every change.

        The plan is not made anew: what somebody created after it was made is overwritten where it has the same name.

        Args:
            plan: what to do.
            stop: whoever sets it, from another thread, ends the work as Ctrl-C does: requests that are under way end,
                no more are sent, and the report says what was done.

        Raises:
            SpecError: it was made while environment variables of the spec were not set. Nothing was changed.
            UnsafePlanError: the plan must not be applied as it is. Nothing was changed.
        """
        if plan.unset:
            raise SpecError(plan.unset)
        if plan.unsafe:
            raise UnsafePlanError(plan.unsafe, advice="Change what the reasons name: the spec, Azure, or your rights.")
        return execute(
            plan,
            self._gateway,
            concurrency=self._concurrency,
            progress=self._progress,
            clock=self._clock,
            stop=stop,
        )

    def plan_destroy(self, spec: Spec | str | Path, *, tasks: Iterable[str] | None = None) -> Plan:
        """Return what must be done to take back what `apply` made for these tasks, and nothing else.

        Raises:
            SpecError: the spec is invalid.
            AzureError: a read was refused.
        """
        whole = self._load(spec)
        names = frozenset(whole.only(tasks).tasks if tasks is not None else whole.tasks)
        return make_destroy_plan(whole, observe(self._gateway, whole, concurrency=self._concurrency), names)

    def destroy(self, spec: Spec | str | Path, *, tasks: Iterable[str] | None = None) -> Report:
        """Take back what `apply` made for these tasks. What others made stays.

        Raises:
            SpecError: the spec is invalid.
            AzureError: a read was refused.
        """
        return self.apply(self.plan_destroy(spec, tasks=tasks))

    def run(self, task: str | ArmId, values: Mapping[str, str | SecretStr] | None = None) -> TaskRun:
        """Queue a run of a task and return it.

        Args:
            task: a resource id, or the name of a task of a spec that this provisioner has planned or shown.
            values: values for the task file, by name; a `SecretStr` is kept secret by Azure too.

        Raises:
            TaskMissingError: there is no such task.
            AzureError: the run was refused.
        """
        id_ = self._task_id(task)
        try:
            run = self._gateway.schedule(id_, [Value(name, value) for name, value in sorted((values or {}).items())])
        except AzureError as error:
            if error.status == _NOT_FOUND:
                raise _missing(id_) from error
            raise
        return TaskRun(RunFollower(self._gateway, run, self._clock), self._clock)

    def attach(self, task: str | ArmId, run_id: str | None = None) -> TaskRun:
        """Return a run that exists already: the newest of the task, or the one of this id.

        Raises:
            TaskMissingError: there is no such run.
            AzureError: it cannot be read.
        """
        id_ = self._task_id(task)
        run = self._gateway.run(id_.parent, run_id) if run_id else self._gateway.latest_run(id_)
        if run is None:
            what = f"run {run_id}" if run_id else f"run of task {id_.name}"
            message = f"there is no {what} in registry {id_.parent.name}"
            raise TaskMissingError(id_.name, message, advice="Run the task first, or look at the run's id.")
        return TaskRun(RunFollower(self._gateway, run, self._clock), self._clock)

    def show(self, task: str, spec: Spec | str | Path | None = None) -> TaskView:
        """Return a task of a spec with its identities, grants and credentials as they are.

        Args:
            task: the name of the task in the spec.
            spec: the spec; not needed if this provisioner has planned it.

        Raises:
            TaskMissingError: there is no such task.
            AzureError: a read was refused.
        """
        whole = self._load(spec) if spec is not None else self._known(task)[0]
        wanted = whole.only([task])
        live = observe(self._gateway, wanted, concurrency=self._concurrency)
        id_ = wanted.task_id(task)
        if id_ not in live.tasks:
            raise _missing(id_)
        return show_task(live.tasks[id_], live, self._gateway.latest_run(id_))

    def _ready(self, spec: Spec | str | Path, tasks: Iterable[str] | None) -> tuple[Spec, tuple[PlacedMistake, ...]]:
        whole = self._load(spec)
        wanted = whole if tasks is None else whole.only(tasks)
        return wanted.as_far_as_set(os.environ)

    def _load(self, spec: Spec | str | Path) -> Spec:
        loaded = spec if isinstance(spec, Spec) else load_spec(spec, files_from=self._files_from)
        if loaded.cloud not in {None, PUBLIC_CLOUD.name} and not self._takes_any_cloud:
            raise SettingsError(
                f"the spec is for {loaded.cloud}, and this provisioner talks to {PUBLIC_CLOUD.name}",
                advice=f"Make it with cloud=load_cloud({loaded.cloud!r}), or set {CLOUD_VARIABLE}={loaded.cloud}.",
            )
        self._tasks |= {name: (loaded, loaded.task_id(name)) for name in loaded.tasks}
        return loaded

    def _task_id(self, task: str | ArmId) -> ArmId:
        if isinstance(task, ArmId):
            return task
        return ArmId(task) if task.startswith("/") else self._known(task)[1]

    def _known(self, task: str) -> tuple[Spec, ArmId]:
        if task not in self._tasks:
            known = ", ".join(sorted(self._tasks)) or "none yet"
            raise TaskMissingError(
                task,
                f"no spec with a task {task!r} was planned or shown here (known: {known})",
                advice="Plan its spec first, or give the task's resource id.",
            )
        return self._tasks[task]


def _teller(progress: Progress | None) -> Callable[[str, float], None] | None:
    return None if progress is None else partial(progress.waiting, None)


def _missing(task: ArmId) -> TaskMissingError:
    return TaskMissingError(
        task.name,
        f"there is no task {task.name} in registry {task.parent.name}",
        advice="Apply the spec first: it creates the task.",
    )
