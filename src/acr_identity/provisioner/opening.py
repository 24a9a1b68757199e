"""To what a provisioner talks, from when it is opened until it is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from acr_identity.errors import SettingsError
from acr_identity.execute import SystemClock
from acr_identity.gateway import DEFAULT_CONCURRENCY
from acr_identity.ids import CLOUD_VARIABLE, PUBLIC_CLOUD, Cloud
from acr_identity.loading import LOADING
from acr_identity.provisioner.known_tasks import KnownTasks
from acr_identity.secrecy import NotPickled
from acr_identity.spec import Spec, load_spec
from acr_identity.spec.files import folders_of

if TYPE_CHECKING:
    from acr_identity.emulator import Caller, Emulator, Settings, World
    from acr_identity.execute import Clock, Progress
    from acr_identity.gateway import Gateway
    from acr_identity.sdk import RequestSeen, TokenProvider


class Opened(NotPickled):
    """Talks to Azure, or to an emulator in this process, until it is closed."""

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
        with LOADING:
            from acr_identity.provisioner.clouds import cloud_of_the_environment
            from acr_identity.sdk import connect

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
        self._cloud = (named or PUBLIC_CLOUD).resource_manager

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
        self._tasks = KnownTasks()
        self._takes_any_cloud = True
        self._cloud = "emulator"
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
        with LOADING:
            from acr_identity.provisioner.emulation import start
            from acr_identity.sdk import connect

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

    def _load(self, spec: Spec | str | Path) -> Spec:
        loaded = spec if isinstance(spec, Spec) else load_spec(spec, files_from=self._files_from)
        if loaded.cloud not in {None, PUBLIC_CLOUD.name} and not self._takes_any_cloud:
            raise SettingsError(
                f"the spec is for {loaded.cloud}, and this provisioner talks to {PUBLIC_CLOUD.name}",
                advice=f"Make it with cloud=load_cloud({loaded.cloud!r}), or set {CLOUD_VARIABLE}={loaded.cloud}.",
            )
        self._tasks.add(loaded)
        return loaded


def _teller(progress: Progress | None) -> Callable[[str, float], None] | None:
    return None if progress is None else partial(progress.waiting, None)
