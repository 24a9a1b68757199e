from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator, ManualClock
from emulator.clouds import Cloud, the_world


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cloud(clock: ManualClock) -> Cloud:
    return Cloud(Emulator(the_world(), clock=clock))
