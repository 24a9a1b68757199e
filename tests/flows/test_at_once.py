"""`apply` and `destroy` at the same time: whatever is left, nothing of ours is left for a principal that is gone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from acr_identity.emulator import Emulator, ManualClock, World
from acr_identity.errors import AcrIdentityError
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec
from flows.left_behind import grants_of_dead_principals

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"


def spec_of(identity: str) -> Spec:
    return Spec.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_group": "rg",
            "location": "eastus",
            "registries": {"myregistry": {}, "mybaseregistry": {}},
            "vaults": {"mykeyvault": {}, "othervault": {}},
            "identities": {"puller": {}},
            "tasks": {
                "build": {
                    "registry": "myregistry",
                    "identity": identity,
                    "command": "alpine",
                    "pull": ["mybaseregistry"],
                    "secrets": {"mykeyvault": ["UserName"], "othervault": ["UserName"]},
                }
            },
        }
    )


def world() -> World:
    return World.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_groups": {"rg": {}},
            "registries": {"myregistry": {}, "mybaseregistry": {}},
            "vaults": {
                "mykeyvault": {"secrets": {"UserName": "u"}},
                "othervault": {"rbac": True, "secrets": {"UserName": "u"}},
            },
        }
    )


@pytest.mark.parametrize("identity", ["puller", "system"])
@pytest.mark.parametrize("is_there", [False, True], ids=["before the first apply", "after an apply"])
def test_nothing_is_left_for_the_dead(identity: str, *, is_there: bool) -> None:
    emulator, spec = Emulator(world(), clock=ManualClock()), spec_of(identity)
    if is_there:
        with Provisioner.emulated(emulator) as provisioner:
            provisioner.apply(provisioner.plan(spec))
    at_once(emulator, spec)
    assert grants_of_dead_principals(emulator) == []


def at_once(emulator: Emulator, spec: Spec) -> None:
    """Apply and destroy in two threads that begin together; each may be refused something."""
    both = threading.Barrier(2)

    def apply() -> None:
        with Provisioner.emulated(emulator) as provisioner:
            both.wait()
            try:
                provisioner.apply(provisioner.plan(spec))
            except AcrIdentityError:
                return

    def destroy() -> None:
        with Provisioner.emulated(emulator) as provisioner:
            both.wait()
            try:
                provisioner.destroy(spec)
            except AcrIdentityError:
                return

    with ThreadPoolExecutor(2) as pool:
        for each in (pool.submit(apply), pool.submit(destroy)):
            each.result()
