from __future__ import annotations

import pytest

from emulator_sign_in.scenes import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()
