"""The pytest plugin: fixtures that give a test an Azure of its own, in this process.

Override `azure_world`, `azure_settings` or `azure_clock` in a test module or a `conftest.py` to change what there is.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests
    from azure.core.pipeline.transport import RequestsTransport

    from acr_identity.emulator import Clock, Emulator, Settings, World
    from acr_identity.testing.credential import EmulatedCredential
    from acr_identity.testing.served import ServedEmulator

_MARKERS = (
    "azure_world(world): what the test's Azure holds at first, as a World or the path of a file beside the test",
    "azure_faults(file): what goes wrong in the test's Azure, as the path of a file beside the test",
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.fixture
def azure_world(request: pytest.FixtureRequest) -> World:
    """What the emulator holds at first: what the marker `azure_world` says, or an empty subscription."""
    from acr_identity.emulator import World  # noqa: PLC0415 - the emulator is loaded when it is needed

    given = _marked(request, "azure_world")
    if given is None or isinstance(given, World):
        return given or World()
    return World.load(_path(request, given))


@pytest.fixture
def azure_settings() -> Settings:
    """The emulator's pace and delays: none."""
    from acr_identity.emulator import Settings  # noqa: PLC0415 - as above

    return Settings()


@pytest.fixture
def azure_clock() -> Clock:
    """Where the emulator takes the time from: the clock of the machine. A `ManualClock` can be moved."""
    from acr_identity.emulator import SystemClock  # noqa: PLC0415 - as above

    return SystemClock()


@pytest.fixture
def azure_emulator(
    request: pytest.FixtureRequest, azure_world: World, azure_settings: Settings, azure_clock: Clock
) -> Emulator:
    """An Azure of this test's own. It has `faults`, `requests`, `snapshot()`, `restore(snapshot)` and `reset()`."""
    from acr_identity.emulator import Emulator, FaultFile  # noqa: PLC0415 - as above

    given = _marked(request, "azure_faults")
    if given is None:
        return Emulator(azure_world, settings=azure_settings, clock=azure_clock)
    file = FaultFile.load(_path(request, given))
    emulator = Emulator(azure_world, settings=file.settings.applied(azure_settings), clock=azure_clock)
    for entry in file.faults:
        emulator.faults.add(entry.fault())
    return emulator


@pytest.fixture
def azure_session(azure_emulator: Emulator) -> Iterator[requests.Session]:
    """A session of `requests` that reaches the emulator and nothing else."""
    import requests  # noqa: PLC0415 - as above

    from acr_identity.emulator import EmulatorAdapter  # noqa: PLC0415 - as above

    with requests.Session() as session:
        session.adapters.clear()
        session.mount("https://", EmulatorAdapter(azure_emulator))
        yield session


@pytest.fixture
def azure_transport(azure_session: requests.Session) -> RequestsTransport:
    """The transport to give to clients of the Azure SDK: `transport=azure_transport`."""
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415 - loads the Azure SDK

    return RequestsTransport(session=azure_session, session_owner=False)


@pytest.fixture
def azure_credential(azure_emulator: Emulator) -> EmulatedCredential:
    """The credential to give to clients of the Azure SDK: it signs in as the owner of the subscription."""
    from acr_identity.testing.credential import EmulatedCredential  # noqa: PLC0415 - as above

    return EmulatedCredential(azure_emulator)


@pytest.fixture(scope="session")
def served_azure_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedEmulator]:
    """One Azure for the whole session, over HTTPS on the loopback. Call `begin(world)` where a test needs it as new."""
    from acr_identity.emulator.server import ServerError  # noqa: PLC0415 - loads the server
    from acr_identity.testing.served import serving  # noqa: PLC0415 - as above

    with ExitStack() as stack:
        try:
            served = stack.enter_context(serving(tmp_path_factory.mktemp("azure")))
        except ServerError as error:
            pytest.fail(f"no Azure can be served: {error}", pytrace=False)
        yield served


@pytest.fixture
def azure_environment(
    served_azure_emulator: ServedEmulator, azure_world: World, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    """The environment in which unmodified programs reach the served Azure, which begins anew with `azure_world`.

    It is set for the time of the test, for this process and for those that it starts.
    """
    served_azure_emulator.begin(azure_world)
    for name, value in served_azure_emulator.environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return {name: value for name, value in served_azure_emulator.environment.items() if value is not None}


def _marked(request: pytest.FixtureRequest, name: str) -> object:
    marker = request.node.get_closest_marker(name)
    if marker is None:
        return None
    if len(marker.args) != 1 or marker.kwargs:
        raise pytest.UsageError(f'the marker {name} takes one argument, as in @pytest.mark.{name}("FILE.yaml")')
    given: object = marker.args[0]
    return given


def _path(request: pytest.FixtureRequest, given: object) -> Path:
    if not isinstance(given, str | Path):
        raise pytest.UsageError(f"the argument of a marker is the path of a file, not {type(given).__name__}")
    return request.path.parent / given
