"""What somebody is told whom Azure refuses: through the real SDK, by an emulator that has the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from acr_identity.changes import Change
from acr_identity.emulator import Emulator, World
from acr_identity.execute import Outcome
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec
from clocks import VirtualClock
from flows.flows import ask

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/a-resource-group-with-a-rather-long-name-of-its-own"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"
TASK = f"{REGISTRY}/tasks/hello"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
LOCK = f"{GROUP}/providers/Microsoft.Authorization/locks/kept"
BUT_ASSIGN = ("*/read", "*/write", "*/listDetails/action")


def spec(**more: object) -> Spec:
    task: dict[str, object] = {"registry": "myregistry", "command": "bash date", "values": {"A": {"env": "A_SECRET"}}}
    return Spec.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_group": GROUP.rpartition("/")[2],
            "location": "eastus",
            "registries": {"myregistry": {}},
            "identities": {"puller": {}},
            "tasks": {"hello": task | more},
        }
    )


def emulator_of(**more: object) -> Emulator:
    groups: dict[str, object] = {GROUP.rpartition("/")[2]: {}}
    return Emulator(World.model_validate({"resource_groups": groups, "registries": {"myregistry": {}}, **more}))


def lock(emulator: Emulator) -> None:
    ask(emulator, "PUT", LOCK, {"properties": {"level": "ReadOnly"}}, version="2020-05-01")


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "s3cret")


@dataclass
class Told:
    """A watcher that writes down why it waits."""

    waits: list[str] = field(default_factory=list)

    def started(self, change: Change) -> None:
        del change

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        del change, seconds
        self.waits.append(reason)

    def ended(self, outcome: Outcome) -> None:
        del outcome


def test_a_plan_below_a_read_only_lock_is_made_and_says_what_it_did_not_read() -> None:
    emulator = emulator_of()
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.apply(provisioner.plan(spec()))
        lock(emulator)
        plan = provisioner.plan(spec())
        assert plan.is_empty
        assert plan.notes == (
            f"the secrets of task hello were not read: a read-only lock on {GROUP} forbids it",
            "step.values[A] of task hello cannot be verified: Azure does not show it",
        )
        (failure,) = provisioner.apply(provisioner.plan(spec(timeout=600))).failures
    assert failure.error.advice == (
        f"Ask for the lock on {GROUP} to be removed: `az lock list` shows those of a subscription."
    )
    assert f"locked: '{GROUP}'. Please" in str(failure.error)


def test_a_task_below_a_lock_shows_why_its_secrets_are_hidden() -> None:
    emulator = emulator_of()
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.apply(provisioner.plan(spec()))
        lock(emulator)
        shown = " ".join(str(provisioner.show("hello")).split())
    assert f"Secret values and credentials are hidden: a read-only lock on {GROUP} forbids it." in shown


def test_a_plan_of_a_disabled_subscription_says_so() -> None:
    emulator = emulator_of()
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.apply(provisioner.plan(spec()))
        emulator.restore(emulator.snapshot() | {"disabled": True})
        plan = provisioner.plan(spec(timeout=600))
        assert plan.notes[0] == "the secrets of task hello were not read: the subscription is disabled"
        (failure,) = provisioner.apply(plan).failures
    assert failure.error.advice == "The subscription is disabled: its owner can enable it again in the portal."


def test_a_token_that_may_make_no_webhook_is_named_and_not_a_conflict_with_others() -> None:
    source = {"repository": "https://github.com/o/r.git", "token": {"env": "A_SECRET"}}
    with Provisioner.emulated(emulator_of(git_tokens=["another"])) as provisioner:
        (failure,) = provisioner.apply(provisioner.plan(spec(triggers={"sources": [source]}))).failures
    assert failure.error.advice.startswith("The token of the source trigger may not make a webhook")
    assert "repeat" not in failure.error.advice


def test_who_may_not_use_an_identity_is_told_so_in_the_first_wait_and_after_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulator, told, clock = emulator_of(), Told(), VirtualClock()
    caller = emulator.caller(BUT_ASSIGN)
    with Provisioner.emulated(emulator, caller=caller, progress=told) as provisioner:
        monkeypatch.setattr(provisioner, "_clock", clock)
        (failure,) = provisioner.apply(provisioner.plan(spec(identity="puller"))).failures
    assert told.waits[0].endswith("or you lack the role Managed Identity Operator on it")
    assert clock.monotonic() <= 30
    assert failure.error.advice == f"Ask for the role Managed Identity Operator on {IDENTITY}, if it still exists."
