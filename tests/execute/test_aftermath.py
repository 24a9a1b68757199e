"""Who was given something, and was deleted meanwhile, keeps nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.execute import Done, Report, execute
from acr_identity.plan import Plan
from clocks import VirtualClock
from execute.scripted import ScriptedGateway
from plan.but_memory import make_plan
from plan.worlds import BASE, VAULT, bare, complete_with_user, spec_of, task_of


def without_grants() -> Plan:
    """Return a plan that gives a role and access to a vault to an identity that is there."""
    live = replace(complete_with_user(), assignments=(), vaults=bare().vaults)
    return make_plan(spec_of(task_of()), live)


def run(plan: Plan, gateway: ScriptedGateway) -> Report:
    return execute(plan, gateway, concurrency=1, clock=VirtualClock())


@pytest.mark.parametrize("principal", ["", "p-another"], ids=["deleted", "made anew"])
def test_what_was_given_to_somebody_who_is_gone_is_taken_back(principal: str) -> None:
    gateway = ScriptedGateway(principals={"myACRTasksId": principal})
    report = run(without_grants(), gateway)
    assert [(type(one.change).__name__, one.error.message) for one in report.failures] == [
        ("AssignRole", "myACRTasksId was deleted while it was given something; that is taken back"),
        ("AddVaultAccess", "myACRTasksId was deleted while it was given something; that is taken back"),
    ]
    role = f"{BASE}/providers/Microsoft.Authorization/roleAssignments/"
    assert [call.removesuffix(call[len(f"remove_role_assignment {role}") :]) for call in gateway.calls[-2:-1]] == [
        f"remove_role_assignment {role}"
    ]
    assert gateway.calls[-1] == f"remove_vault_access {VAULT.name} p-user"


def test_what_was_given_to_somebody_who_is_there_stays() -> None:
    gateway = ScriptedGateway()
    report = run(without_grants(), gateway)
    assert {type(one) for one in report.outcomes} == {Done}
    assert gateway.calls[-1] == "identity myACRTasksId"


def test_who_was_made_a_moment_ago_is_not_looked_at() -> None:
    gateway = ScriptedGateway()
    run(make_plan(spec_of(task_of()), bare()), gateway)
    assert not [call for call in gateway.calls if call.startswith("identity ")]
