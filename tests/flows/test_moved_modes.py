"""A registry or a vault that decides about rights otherwise by the time that a plan is applied."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from acr_identity.changes import Change
from acr_identity.emulator import Emulator
from acr_identity.execute import Failed, Outcome
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec, TaskFile
from flows.flows import REGISTRIES_VERSION, VAULTS_VERSION, ask
from flows.teams import Json, apply, azure, destroy, our_roles, registry, spec, titles, vault, world

FILE = """\
version: v1.1.0
secrets:
  - {id: word, keyvault: 'https://by-policies.vault.azure.net/secrets/Word'}
steps:
  - cmd: $Registry/app:1
  - cmd: basereg.azurecr.io/app:1
"""
PLACES = ("homereg", "basereg", "by-policies")
SAYS = "decides about rights otherwise than when the plan was made: this does not count there"


def switch(emulator: Emulator, place: str, *, finer: bool) -> None:
    """Let a registry decide by repository, or a vault by roles, or not."""
    if place == "by-policies":
        body: Json = {"properties": {"enableRbacAuthorization": finer}}
        ask(emulator, "PATCH", vault(place), body, version=VAULTS_VERSION)
        return
    mode = "AbacRepositoryPermissions" if finer else "LegacyRegistryPermissions"
    ask(emulator, "PATCH", registry(place), {"properties": {"roleAssignmentMode": mode}}, version=REGISTRIES_VERSION)


class SwitchAt:
    """A watcher in whose time somebody switches a mode, when the change of this number begins."""

    def __init__(self, number: int, switch: Callable[[], None]) -> None:
        self.left, self.switch = number, switch

    def started(self, change: Change) -> None:
        del change
        if self.left == 0:
            self.switch()
        self.left -= 1

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        del change, reason, seconds

    def ended(self, outcome: Outcome) -> None:
        del outcome


@pytest.fixture
def emulator() -> Emulator:
    one = {"resource_group": "rg", "images": ["app:1"]}
    return azure(registries={"homereg": one, "basereg": one})


def wanted(runs_as: str) -> Spec:
    access: Json = {"pull": ["homereg", "basereg"], "secrets": {"by-policies": ["Word"]}}
    file = TaskFile(path="task.yaml", content=FILE)
    return spec({"one-task": {"command": None, "file": file, "identity": runs_as, **access}}, "web")


def status(emulator: Emulator, spec: Spec) -> str:
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.plan(spec)
        return provisioner.run("one-task").wait().status


def ends_well(emulator: Emulator, spec: Spec) -> None:
    """See that the same command again finishes the job, and leaves nothing that does not count."""
    apply(emulator, spec)
    assert titles(emulator, spec) == []
    assert status(emulator, spec) == "Succeeded"
    destroy(emulator, spec)
    entries = world(emulator)["vaults"][vault("by-policies").lower()]["properties"]["accessPolicies"]
    assert (our_roles(emulator), entries) == ([], [])


@pytest.mark.parametrize("runs_as", ["system", "puller"])
@pytest.mark.parametrize("starts_finer", [False, True], ids=["classic", "finer"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", [0, 1, 2], ids="before change {}".format)
def test_an_apply_in_whose_time_a_mode_goes_back_ends_well_or_says_that_it_must_be_repeated(
    emulator: Emulator, place: str, runs_as: str, number: int, *, starts_finer: bool
) -> None:
    one = wanted(runs_as)
    switch(emulator, place, finer=starts_finer)
    apply(emulator, one)
    switch(emulator, place, finer=not starts_finer)
    watcher = SwitchAt(number, lambda: switch(emulator, place, finer=starts_finer))
    with Provisioner.emulated(emulator, concurrency=1, progress=watcher) as provisioner:
        report = provisioner.apply(provisioner.plan(one))
    said = [each.error for each in report.outcomes if isinstance(each, Failed)]
    assert said or status(emulator, one) == "Succeeded"
    assert {(error.message, error.advice) for error in said} <= {
        (f"{kind} {place} {SAYS}", "Repeat the command: it plans for how that decides now.")
        for kind in ("registry", "vault")
    }
    ends_well(emulator, one)


@pytest.mark.parametrize("starts_finer", [False, True], ids=["classic", "finer"])
@pytest.mark.parametrize("place", PLACES)
def test_what_was_given_in_vain_to_who_was_there_is_told_as_it_is_given(
    emulator: Emulator, place: str, *, starts_finer: bool
) -> None:
    one = wanted("puller")
    switch(emulator, place, finer=starts_finer)
    apply(emulator, spec({"one-task": {"identity": "puller"}}, "web"))
    with Provisioner.emulated(emulator) as provisioner:
        planned = provisioner.plan(one)
        switch(emulator, place, finer=not starts_finer)
        report = provisioner.apply(planned)
    nothing_is_given = place == "homereg" and not starts_finer
    assert {each.error.message.partition(" decides")[0].partition(" ")[2] for each in report.failures} == (
        set() if nothing_is_given else {place}
    )
    ends_well(emulator, one)


@pytest.mark.parametrize("starts_finer", [False, True], ids=["classic", "finer"])
@pytest.mark.parametrize("place", PLACES)
def test_what_was_given_in_vain_to_who_was_made_just_then_is_mended_by_the_next_apply(
    emulator: Emulator, place: str, *, starts_finer: bool
) -> None:
    one = wanted("puller")
    switch(emulator, place, finer=starts_finer)
    with Provisioner.emulated(emulator) as provisioner:
        planned = provisioner.plan(one)
        switch(emulator, place, finer=not starts_finer)
        assert provisioner.apply(planned).is_complete
        assert not provisioner.plan(one).is_empty or status(emulator, one) == "Succeeded"
    ends_well(emulator, one)
