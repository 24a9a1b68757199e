from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator, ManualClock, Settings
from emulator.clouds import Cloud, CloudMaker, the_world
from emulator.scenes import Scene


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def make_cloud(clock: ManualClock) -> CloudMaker:
    """Make a cloud with settings of its own; the knobs are those of `Settings`."""

    def make(settings: Settings | None = None) -> Cloud:
        return Cloud(Emulator(the_world(), clock=clock, settings=settings))

    return make


@pytest.fixture
def cloud(make_cloud: CloudMaker) -> Cloud:
    return make_cloud()


@pytest.fixture
def scene() -> Scene:
    return Scene()
