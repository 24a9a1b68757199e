"""A value of a task is the client id of one of its identities: known when that is made, and in the same request."""

from __future__ import annotations

import json

import pytest

from acr_identity.emulator import Emulator
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner
from acr_identity.render import plan_json, plan_text
from acr_identity.spec import Spec, Task, TaskFile
from flows.flows import IDENTITIES_VERSION, TASKS_VERSION, ask, emulator_of
from flows.teams import Json, apply, azure, identity, plan, spec, task, titles, world
from flows.test_requests import LATENCY, SPEC, WORLD, depth
from flows.test_rights import status

CLIENT: Json = {"clientId": {"client_id_of": "puller"}}
READS_AS = """\
version: v1.1.0
secrets:
  - id: word
    keyvault: https://by-roles.vault.azure.net/secrets/Word
    clientID: '{{.Values.clientId}}'
steps:
  - cmd: bash echo {{.Secrets.word}}
"""


def wanted(values: Json = CLIENT, **more: object) -> Spec:
    return spec({"one-task": {"identity": ["puller"], "values": values, **more}}, "web")


def client_id(emulator: Emulator) -> str:
    found = world(emulator)["identities"][identity().lower()]["client_id"]
    assert isinstance(found, str)
    return found


def value(emulator: Emulator) -> object:
    found = ask(emulator, "GET", task("one-task"), version=TASKS_VERSION)
    assert isinstance(found, dict)
    (only,) = found["properties"]["step"]["values"]
    return only


def test_before_the_identity_is_there_it_is_known_after_apply() -> None:
    found = plan(azure(), wanted())
    assert "value: clientId = (known after apply)" in plan_text(found)
    shown = {"name": "clientId", "value": {"known_after_apply": f"create identity {identity()}"}}
    assert [shown] in [change["details"].get("settings", {}).get("step", {}).get("values") for change in data(found)]


def data(found: Plan) -> list[Json]:
    changes = json.loads(plan_json(found))["changes"]
    assert isinstance(changes, list)
    return changes


def test_it_is_in_the_request_that_makes_the_task() -> None:
    hello = SPEC.tasks["hello"].to_tree()
    assert isinstance(hello, dict)
    said = {**hello, "file": SPEC.tasks["hello"].file, "values": {"clientId": {"client_id_of": "myACRTasksId"}}}
    wanted = SPEC.model_copy(update={"tasks": {"hello": Task.model_validate(said)}})
    with Provisioner.emulated(WORLD) as provisioner:
        emulator_of(provisioner).latency = LATENCY
        assert provisioner.apply(provisioner.plan(wanted)).is_complete
        requests = emulator_of(provisioner).requests
        assert provisioner.plan(wanted).is_empty
    assert (len(requests), depth(requests)) == (10, 3)
    assert [one.method for one in requests if one.path.endswith("/tasks/hello")] == ["PUT"]


def test_it_is_that_of_the_identity() -> None:
    emulator = azure()
    apply(emulator, wanted())
    assert value(emulator) == {"name": "clientId", "value": client_id(emulator), "isSecret": False}
    assert titles(emulator, wanted()) == []


def test_a_run_reads_a_secret_as_the_identity_of_that_client_id() -> None:
    emulator = azure()
    file = TaskFile(path="task.yaml", content=READS_AS)
    reads = {"command": None, "file": file, "secrets": {"by-roles": ["Word"]}}
    two = spec(
        {
            "one-task": {
                "identity": ["other", "puller"],
                "values": CLIENT,
                **reads,
                "secrets": {"by-roles": {"names": "Word", "identity": "puller"}},
            }
        },
        "web",
        identities={"puller": {}, "other": {}},
    )
    apply(emulator, two)
    assert status(emulator, two) == "Succeeded"


def test_what_somebody_has_set_instead_is_set_right() -> None:
    emulator = azure()
    apply(emulator, wanted({"clientId": "other"}))
    (change,) = plan(emulator, wanted()).changes
    there = client_id(emulator)
    assert [(each.path, each.before, each.after) for each in change.differences] == [
        ("step.values[clientId]", "other", there)
    ]
    apply(emulator, wanted())
    assert titles(emulator, wanted()) == []


def test_an_identity_that_was_deleted_by_hand_is_named_anew() -> None:
    emulator = azure()
    apply(emulator, wanted())
    before = client_id(emulator)
    ask(emulator, "DELETE", identity(), version=IDENTITIES_VERSION)
    found = plan(emulator, wanted())
    assert [
        (each.path, each.before, each.after)
        for change in found.changes
        for each in change.differences
        if "values" in each.path
    ] == [("step.values[clientId]", before, "(known after apply)")]
    apply(emulator, wanted())
    assert value(emulator) == {"name": "clientId", "value": client_id(emulator), "isSecret": False}
    assert client_id(emulator) != before
    assert titles(emulator, wanted()) == []


def test_a_build_takes_it_as_an_argument() -> None:
    emulator = azure()
    build = {"context": "https://github.com/o/r.git#main", "images": "app:1", "arguments": CLIENT}
    built = wanted({}, command=None, docker=build)
    apply(emulator, built)
    assert titles(emulator, built) == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("system", "The task's own identity has no client id that is known."),
        ("other", "This identity is not among those of the task."),
    ],
)
def test_only_a_user_assigned_identity_of_the_task_can_be_meant(said: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wanted({"clientId": {"client_id_of": said}})
