"""The four flows, from nothing to a run that works because of what was made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from acr_identity.emulator import Emulator
from acr_identity.errors import RunError, TaskMissingError
from acr_identity.provisioner import Provisioner
from flows.flows import (
    CROSS_SYSTEM,
    CROSS_USER,
    FLOWS,
    VAULT_SYSTEM,
    VAULT_USER,
    Flow,
    drop_credential,
    drop_policies,
    drop_roles,
    emulator_of,
    holdings,
    run,
)

every_flow = pytest.mark.parametrize("flow", FLOWS, ids=str)


@pytest.fixture
def provisioner(flow: Flow) -> Iterator[Provisioner]:
    with Provisioner.emulated(flow.world) as made:
        yield made


@every_flow
def test_a_run_before_apply_says_that_there_is_no_task(flow: Flow, provisioner: Provisioner) -> None:
    provisioner.plan(flow.spec)
    with pytest.raises(TaskMissingError, match=rf"^there is no task {flow.task} in registry myregistry$") as caught:
        provisioner.run(flow.task, flow.values)
    assert caught.value.advice == "Apply the spec first: it creates the task."


@every_flow
def test_after_apply_the_run_succeeds_and_tells_what_it_pushed(flow: Flow, provisioner: Provisioner) -> None:
    assert provisioner.apply(provisioner.plan(flow.spec)).is_complete
    status, lines, pushed = run(provisioner, flow)
    assert (status, pushed) == ("Succeeded", [flow.pushed])
    assert lines[-1].startswith("Run ID: cf1 was successful after ")
    assert any(line.strip().startswith("digest: sha256:") for line in lines)


@every_flow
def test_a_second_plan_is_empty_also_after_a_run(flow: Flow, provisioner: Provisioner) -> None:
    provisioner.apply(provisioner.plan(flow.spec))
    assert provisioner.plan(flow.spec).is_empty
    run(provisioner, flow)
    assert provisioner.plan(flow.spec).is_empty


@every_flow
def test_destroy_leaves_the_world_as_it_was(flow: Flow, provisioner: Provisioner) -> None:
    before = holdings(emulator_of(provisioner))
    provisioner.apply(provisioner.plan(flow.spec))
    assert holdings(emulator_of(provisioner)) != before
    assert provisioner.destroy(flow.spec).is_complete
    assert holdings(emulator_of(provisioner)) == before
    assert provisioner.plan_destroy(flow.spec).is_empty


PULL_REFUSED = "unauthorized: authentication required"
SECRET_REFUSED = (
    "unable to render task: failed to resolve secrets in the task with error: keyvault.BaseClient#GetSecret: "
    "Failure responding to request: StatusCode=403"
)


@pytest.mark.parametrize(
    ("flow", "take_away", "reason"),
    [
        pytest.param(CROSS_USER, drop_roles, PULL_REFUSED, id="the role, user-assigned"),
        pytest.param(CROSS_SYSTEM, drop_roles, PULL_REFUSED, id="the role, system-assigned"),
        pytest.param(CROSS_USER, drop_credential, PULL_REFUSED, id="the credential, user-assigned"),
        pytest.param(CROSS_SYSTEM, drop_credential, PULL_REFUSED, id="the credential, system-assigned"),
        pytest.param(VAULT_USER, drop_policies, SECRET_REFUSED, id="the vault policy, user-assigned"),
        pytest.param(VAULT_SYSTEM, drop_policies, SECRET_REFUSED, id="the vault policy, system-assigned"),
    ],
)
def test_a_run_fails_for_the_one_thing_that_is_taken_away_and_apply_heals_it(
    flow: Flow, provisioner: Provisioner, take_away: Callable[[Emulator], None], reason: str
) -> None:
    provisioner.apply(provisioner.plan(flow.spec))
    take_away(emulator_of(provisioner))
    status, lines, pushed = run(provisioner, flow)
    assert (status, pushed) == ("Failed", [])
    assert any(reason in line for line in lines)
    assert lines[-1].endswith("Error: failed during run, err: exit status 1")
    assert len(provisioner.apply(provisioner.plan(flow.spec)).outcomes) == 1
    assert run(provisioner, flow)[0] == "Succeeded"


@pytest.mark.parametrize("flow", [VAULT_USER], ids=str)
def test_a_run_that_is_checked_raises_with_the_line_that_says_why(flow: Flow, provisioner: Provisioner) -> None:
    provisioner.apply(provisioner.plan(flow.spec))
    drop_policies(emulator_of(provisioner))
    with pytest.raises(RunError) as caught:
        provisioner.run(flow.task, flow.values).wait(check=True)
    assert (caught.value.run_id, caught.value.status) == ("cf1", "Failed")
    assert caught.value.reason.startswith(SECRET_REFUSED)


@pytest.mark.parametrize("flow", [CROSS_USER], ids=str)
def test_a_run_can_be_read_twice_and_found_again_later(flow: Flow, provisioner: Provisioner) -> None:
    provisioner.apply(provisioner.plan(flow.spec))
    started = provisioner.run(flow.task)
    assert list(started) == list(started)
    assert list(provisioner.attach(flow.task)) == list(started)
    assert provisioner.attach(flow.task, "cf1").wait() == started.wait()
    with pytest.raises(TaskMissingError, match="there is no run cf99 in registry myregistry"):
        provisioner.attach(flow.task, "cf99")
