"""Whole outputs, compared with those that a person has read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acr_identity.changes import AssignRole, CreateIdentity, DeleteTask, EnableTask, Grantee, KnownAfterApply
from acr_identity.execute.report import Done, Report, Skipped
from acr_identity.ids import Role
from acr_identity.plan.values import Plan, PlannedChange
from acr_identity.render import plan_html, plan_json, plan_text, report_text, run_text, task_text
from acr_identity.render.views import RunView, TaskView
from acr_identity.state import LiveRun, LiveTask, TaskSettings, UserIdentity
from render.outputs import COMMENTS, DATA, FRAGMENTS, PLAIN, Show
from render.samples import BASE, REGISTRY, SECRET, TASK, USER

EXPECTED = Path(__file__).parent / "expected"
OUTPUTS = {**PLAIN, **FRAGMENTS, **COMMENTS, **DATA}

_CREATE = CreateIdentity(USER, "eastus", (), "task helloworldtask runs as it")
_ASSIGN = AssignRole(
    BASE,
    Role.ACR_PULL,
    Grantee(UserIdentity(USER), KnownAfterApply(_CREATE.key)),
    "acr_identity: task helloworldtask pulls from mybaseregistry",
    "task helloworldtask pulls from mybaseregistry",
)
_SMALL = Plan((PlannedChange(_CREATE), PlannedChange(_ASSIGN, (_CREATE.key,))))


@pytest.mark.parametrize(("name", "show"), OUTPUTS.items(), ids=OUTPUTS)
def test_every_output_is_the_one_that_was_read(name: str, show: Show) -> None:
    assert show("prod", SECRET).rstrip("\n") == (EXPECTED / name).read_text("utf-8").rstrip("\n")


def test_the_expected_files_are_those_of_the_outputs() -> None:
    assert {path.name for path in EXPECTED.iterdir()} == set(OUTPUTS)


def test_a_small_plan_reads_as_documented() -> None:
    assert plan_text(_SMALL, width=80) == (
        "Identities\n"
        "  + create identity myACRTasksId\n"
        "      because task helloworldtask runs as it\n"
        f"      id: {USER}\n"
        "      location: eastus\n"
        "\n"
        "Access\n"
        "  + assign AcrPull on mybaseregistry to myACRTasksId\n"
        "      because task helloworldtask pulls from mybaseregistry\n"
        f"      scope: {BASE}\n"
        "      principal: (known after apply)\n"
        "\n"
        f"Digest: {_SMALL.digest}\n"
        "\n"
        "Plan: 2 to create, 0 to change, 0 to remove"
    )


def test_the_json_of_a_plan_is_a_contract() -> None:
    identity = {"kind": "user", "id": str(USER)}
    shown = json.loads(plan_json(_SMALL))
    assert shown == {
        "version": 1,
        "kind": "plan",
        "purpose": "apply",
        "digest": _SMALL.digest,
        "summary": {"create": 2, "change": 0, "remove": 0},
        "changes": [
            {
                "kind": "create_identity",
                "key": _CREATE.key,
                "action": "create",
                "title": "create identity myACRTasksId",
                "target": str(USER),
                "reason": "task helloworldtask runs as it",
                "fields": [],
                "details": {"location": "eastus", "tags": {}},
                "after": [],
            },
            {
                "kind": "assign_role",
                "key": _ASSIGN.key,
                "action": "create",
                "title": "assign AcrPull on mybaseregistry to myACRTasksId",
                "target": str(BASE),
                "reason": "task helloworldtask pulls from mybaseregistry",
                "fields": [],
                "details": {
                    "role": "AcrPull",
                    "identity": identity,
                    "principal": {"known_after_apply": _CREATE.key},
                    "description": "acr_identity: task helloworldtask pulls from mybaseregistry",
                    "condition": None,
                },
                "after": [_CREATE.key],
            },
        ],
        "notes": [],
        "not_compared": [],
        "unset": [],
        "unsafe": [],
        "owned": 0,
        "needs_max_removals": None,
        "leftover": [],
    }
    assert list(shown) == [
        *("version", "kind", "purpose", "digest", "summary", "changes", "notes"),
        *("not_compared", "unset", "unsafe"),
        *("owned", "needs_max_removals", "leftover"),
    ]


def _going(count: int, owned: int) -> Plan:
    tasks = (DeleteTask(REGISTRY.child("tasks", f"task{number}"), "why") for number in range(count))
    return Plan(tuple(map(PlannedChange, tasks)), owned=owned)


@pytest.mark.parametrize(
    ("plan", "told", "needed"),
    [
        (_going(8, 12), "8 of 12 things", 8),
        (_going(7, 0), "7 things", 7),
        (_going(6, 20), "", None),
    ],
)
def test_a_plan_says_what_has_to_be_said_for_so_much_to_go(plan: Plan, told: str, needed: int | None) -> None:
    danger = f"Danger: {told} that were made here go: `apply` refuses that without --max-removals {needed}\n"
    assert plan_text(plan).count("Danger: ") == (needed is not None)
    assert (danger in plan_text(plan)) == (needed is not None)
    assert json.loads(plan_json(plan))["needs_max_removals"] == needed


def test_an_empty_plan_says_that_there_is_nothing_to_do() -> None:
    nothing = "Nothing to do: Azure has what the spec says."
    assert plan_text(Plan(notes=("The vault is not checked.",))) == f"Note: The vault is not checked.\n\n{nothing}"
    assert plan_text(Plan()) == nothing
    assert f"<strong>{nothing}</strong>" in plan_html(Plan())


def test_long_sentences_are_wrapped_under_their_own_beginning() -> None:
    plan = Plan(notes=("The vault is in another tenant, so nobody can check what is there.",))
    assert plan_text(plan, width=40).splitlines()[:2] == [
        "Note: The vault is in another tenant, so",
        "      nobody can check what is there.",
    ]


def test_an_interrupted_report_says_what_was_done_and_what_to_do_next() -> None:
    stopped = Report((Done(_CREATE, seconds=1.0), Skipped(_ASSIGN)), interrupted=True)
    assert report_text(stopped) == (
        "Changes\n"
        "  done    create identity myACRTasksId (1.0 s)\n"
        "  skipped assign AcrPull on mybaseregistry to myACRTasksId\n"
        "            the work was stopped\n"
        "\n"
        "Interrupted: 1 done, 0 failed, 1 skipped\n"
        "\n"
        "Run the same command again: it goes on where it stopped."
    )


def test_a_complete_report_asks_for_nothing() -> None:
    assert report_text(Report((Done(EnableTask(TASK, None, "it has all"), seconds=65.0),))) == (
        "Changes\n  done enable task helloworldtask (1 min 5 s)\n\nReport: 1 done, 0 failed, 0 skipped"
    )


def test_a_report_without_changes_says_so() -> None:
    assert report_text(Report()) == "Nothing to do: Azure has what the spec says."
    assert report_text(Report(interrupted=True)).startswith("Interrupted before the first change\n")


def test_a_run_that_goes_on_shows_its_status() -> None:
    assert (
        run_text(RunView(LiveRun(REGISTRY, "ca5", "Running"))) == "Run ca5: Running\n\nResult\n  Registry  myregistry"
    )


def test_a_bare_task_shows_what_is_missing() -> None:
    bare = TaskView(LiveTask(TASK, "eastus", TaskSettings(), details_seen=False))
    assert task_text(bare) == (
        "Task helloworldtask\n"
        "\n"
        "Settings\n"
        f"  Id          {TASK}\n"
        "  Registry    myregistry\n"
        "  Location    eastus\n"
        "  Status      (not set)\n"
        "  Step        (not set)\n"
        "  Triggers    none\n"
        "  Latest run  none\n"
        "\n"
        "Identities\n"
        "  This task has no identity.\n"
        "\n"
        "Grants\n"
        "  No identity of this task has a right that was looked for.\n"
        "\n"
        "Credentials\n"
        "  No credentials could be seen.\n"
        "\n"
        "Note: Secret values and credentials are hidden: the caller may not list the details of this task."
    )
