"""A state whose parts do not fit together is refused where it is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acr_identity.cli import main
from acr_identity.emulator import Emulator, ManualClock, SnapshotError
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import GROUP, IDENTITIES, REGISTRIES, VAULTS, Cloud, part
from fuzz.states import ONE, rich_state

KEYED = (
    *("groups", "directory", "identities", "registries", "tasks", "runs", "task_runs", "agent_pools", "vaults"),
    *("deleted_vaults", "federated", "locks", "roles", "assignments", "operations"),
)
REGISTRY, TASK = f"{REGISTRIES}/myregistry".lower(), f"{REGISTRIES}/myregistry/tasks/mytask".lower()
VAULT, IDENTITY = f"{VAULTS}/mykeyvault".lower(), f"{IDENTITIES}/existingid".lower()


def state() -> JsonObject:
    found: JsonObject = json.loads(rich_state())
    return found


def refusal_of(changed: JsonObject) -> str:
    with pytest.raises(SnapshotError) as caught:
        Emulator(clock=ManualClock()).restore(changed)
    return str(caught.value)


def test_a_state_of_the_emulator_itself_fits() -> None:
    emulator = Emulator(clock=ManualClock())
    emulator.restore(state())
    assert emulator.snapshot() == state()


@pytest.mark.parametrize("family", KEYED)
def test_each_thing_is_under_the_key_of_its_id(family: str) -> None:
    changed = state()
    things = part(changed, family)
    things["elsewhere"] = things.pop(next(iter(things)))
    assert "its parts do not fit together at '" in refusal_of(changed)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("owner",), ONE, "owner"),
        (("subscription",), ONE, "groups.myresourcegroup"),
        (("registries", REGISTRY, "id"), f"{REGISTRIES}/other", f"registries.{REGISTRY}"),
        (("registries", REGISTRY, "group"), "nowhere", f"registries.{REGISTRY}"),
        (("registries", REGISTRY, "sku"), "Huge", f"registries.{REGISTRY}.sku"),
        (("tasks", TASK, "registry"), "other", f"tasks.{TASK}"),
        (("tasks", TASK, "id"), GROUP, f"tasks.{TASK}"),
        (("runs", f"{REGISTRY}/runs/cf1", "line_seconds"), 1e300, f"runs.{REGISTRY}/runs/cf1.outcome"),
        (("vaults", VAULT, "secret_names"), {}, f"vaults.{VAULT}.secrets"),
        (("vaults", VAULT, "secrets", "username"), [], f"vaults.{VAULT}.secrets"),
        (("vaults", VAULT, "deleted_secrets", "gone", "name"), "other", f"vaults.{VAULT}.secrets"),
        (("federated", f"{IDENTITY}/federatedidentitycredentials/github", "identity"), GROUP, f"federated.{IDENTITY}"),
    ],
)
def test_what_is_found_by_an_id_is_what_it_says_and_where_it_says(
    path: tuple[str, ...], value: Json, place: str
) -> None:
    changed = state()
    part(changed, *path[:-1])[path[-1]] = value
    assert refusal_of(changed).startswith(
        f"it is no snapshot of an emulator: its parts do not fit together at '{place}"
    )


@pytest.mark.parametrize("value", [-1, 1e300, float("inf"), float("nan")])
def test_a_time_has_a_date(value: float) -> None:
    changed = state()
    part(changed, "tasks", TASK)["created"] = value
    assert f"at 'tasks.{TASK}.created'" in refusal_of(changed)


@pytest.mark.parametrize("content", ["A", "/w==", "é"])
def test_a_task_whose_content_is_no_text_has_runs_that_fail(content: str) -> None:
    changed = state()
    part(changed, "tasks", TASK, "properties", "step")["encodedTaskContent"] = content
    emulator = Emulator(clock=ManualClock())
    emulator.restore(changed)
    cloud = Cloud(emulator)
    request: JsonObject = {"type": "TaskRunRequest", "taskId": TASK}
    assert cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", request).status == 200
    assert part(cloud.read(f"{REGISTRIES}/myregistry/runs/cf3"), "properties")["status"] == "Failed"


def test_the_command_line_refuses_such_a_file_before_any_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["init", "cross-registry"])
    changed = state()
    part(changed, "registries", REGISTRY)["id"] = GROUP
    content = {"format": "acr_identity.emulator", "version": 1, "state": changed}
    (tmp_path / "state.json").write_text(json.dumps(content))
    assert main(["plan", "spec.yaml", "--emulator", "--state", "state.json", "-v"]) == 1
    err = capsys.readouterr().err
    assert "state.json: it is no snapshot of an emulator: its parts do not fit together" in " ".join(err.split())
    assert "GET" not in err
