"""What runs will meet that no right can mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.ids import ArmId
from acr_identity.plan import make_plan
from acr_identity.spec import TaskFile
from acr_identity.state import Live, LiveRegistry
from plan.worlds import BASE, REGISTRY, VAULT, bare, spec_of, task_of

POOL = "or run the task in an agent pool (`agent: {pool: …}`)"
ONLY = "only system-assigned identities pass, and task hello logs in as"
CLOSED = "it lets no task pass, and task hello logs in there"
LET = "let tasks pass (`networkRuleBypassAllowedForTasks`)"
REFUSED = "its runs will be refused"


def closed(id_: ArmId, *, passes: bool = False, has_rules: bool = False) -> Live:
    one: LiveRegistry = replace(bare().registries[id_], is_closed=True, lets_tasks_pass=passes, has_ip_rules=has_rules)
    return replace(bare(), registries={**bare().registries, id_: one})


def told(live: Live, identity: str | list[str] = "system", **task: object) -> tuple[str, ...]:
    return make_plan(spec_of(task_of(identity, **{"secrets": {}, **task})), live).notes


def test_an_open_registry_and_an_open_vault_are_no_matter() -> None:
    assert told(bare(), secrets={"mykeyvault": ["A"]}) == ()


@pytest.mark.parametrize(
    ("identity", "passes", "expected"),
    [
        ("system", True, None),
        (
            "myACRTasksId",
            True,
            (f"{ONLY} myACRTasksId", "use the system identity there"),
        ),
        ("system", False, (CLOSED, LET)),
        ("myACRTasksId", False, (CLOSED, f"{LET} and use the system identity there")),
    ],
)
def test_only_a_system_identity_passes_a_closed_registry_that_lets_tasks_pass(
    identity: str, expected: tuple[str, str] | None, *, passes: bool
) -> None:
    start = "the network of registry mybaseregistry is closed"
    notes = () if expected is None else (f"{start}: {expected[0]}; {REFUSED}: {expected[1]}, {POOL}",)
    assert told(closed(BASE, passes=passes), identity) == notes


def test_the_login_of_the_service_passes_no_closed_registry() -> None:
    fix = "say `source_identity: system`, and in `pull` and `push` what it does there"
    start = "the network of registry myregistry is closed"
    notes = (f"{start}: {ONLY} none; {REFUSED}: {fix}, {POOL}",)
    assert told(closed(REGISTRY, passes=True), pull=[]) == notes
    assert told(closed(REGISTRY), pull=[]) == (f"{start}: {CLOSED}; {REFUSED}: {LET} and {fix}, {POOL}",)
    assert told(closed(REGISTRY, passes=True), pull=[], source_identity="system") == ()
    assert told(closed(REGISTRY, passes=True), pull=[], source_login="none") == ()


def test_rules_may_let_the_agents_in() -> None:
    (note,) = told(closed(BASE, has_rules=True))
    assert f"{REFUSED} unless the rules let the agents of the region in" in note


def test_agents_of_one_s_own_are_in_one_s_own_network() -> None:
    assert told(closed(BASE), agent={"pool": "mypool"}) == ()


def test_tasks_pass_no_firewall_of_a_vault() -> None:
    vaults = {**bare().vaults, VAULT: replace(bare().vaults[VAULT], is_closed=True)}
    live = replace(bare(), vaults=vaults)
    assert told(live, pull=[], secrets={"othervault": ["A"]}) == ()
    why = "the firewall of vault mykeyvault is closed, and tasks are none of the services that it trusts"
    note = f"{why}: task hello will not read its secrets: open it, {POOL}"
    assert told(live, pull=[], secrets={"mykeyvault": ["A"]}) == (note,)


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (["myACRTasksId", "otherId"], "2:29"),
        (["myACRTasksId", "system"], None),
        (["myACRTasksId"], None),
    ],
)
def test_secrets_of_a_task_file_must_say_who_reads_them_where_that_is_open(
    identity: list[str], expected: str | None
) -> None:
    content = "steps: [{cmd: bash date}]\nsecrets: [{id: a, keyvault: https://mykeyvault.vault.azure.net/secrets/A}]\n"
    file = TaskFile(path="t.yaml", content=content)
    secrets = {"mykeyvault": {"names": ["A"], "identity": identity[0]}}
    found = told(bare(), identity, file=file, pull=[], secrets=secrets)
    why = "The secret 'a' has no `clientID`, and the task has myACRTasksId and otherId: a run cannot tell who reads it"
    note = f"t.yaml:{expected}: ACR111 {why}, and ends. Say whose client id reads it."
    assert found == (() if expected is None else (note,))
