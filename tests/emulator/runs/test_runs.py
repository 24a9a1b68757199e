from __future__ import annotations

import pytest
from azure.mgmt.containerregistrytasks.models import (
    DockerBuildRequest,
    EncodedTaskRunRequest,
    FileTaskRunRequest,
    OverrideTaskStepProperties,
    PlatformProperties,
    Run,
    RunRequest,
    RunUpdateParameters,
    SetValue,
    TaskRunRequest,
)

from acr_identity.emulator import ManualClock, Settings
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import GROUP, REGISTRIES, TASKS, Cloud, CloudMaker, content, encoded, error_of, part, task_body

RUNS = f"{REGISTRIES}/myregistry/runs"
CONTEXT = "https://github.com/Azure-Samples/acr-tasks.git"
LINUX = PlatformProperties(os="linux")
BUILD = (
    "version: v1.1.0\n"
    "steps:\n"
    f"  - build: -t $Registry/hello:$ID {CONTEXT} -f hello-world.dockerfile\n"
    "  - push: ['$Registry/hello:$ID']\n"
)


def scheduled(cloud: Cloud, request: RunRequest | None = None, registry: str = "myregistry") -> str:
    wanted = request or TaskRunRequest(task_id=f"{TASKS}/mytask")
    name = cloud.tasks.registries.schedule_run("myResourceGroup", registry, wanted).name
    assert isinstance(name, str)
    return name


def shown(cloud: Cloud, run: str = "cf1", registry: str = "myregistry") -> Run:
    return cloud.tasks.runs.get("myResourceGroup", registry, run)


def status(cloud: Cloud, run: str = "cf1") -> Json:
    return part(cloud.read(f"{RUNS}/{run}"), "properties")["status"]


@pytest.fixture
def slow(make_cloud: CloudMaker) -> Cloud:
    """A cloud in which a run waits five seconds, and then writes a line each second."""
    cloud = make_cloud(Settings(queue_seconds=5, line_seconds=1))
    cloud.send("PUT", f"{TASKS}/mytask", task_body(BUILD))
    return cloud


def test_a_request_for_a_run_is_answered_before_it_begins(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body(BUILD))
    reply = cloud.send(
        "POST", f"{REGISTRIES}/myregistry/scheduleRun", {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"}
    )
    assert reply.status == 200
    assert content(reply) == {
        "type": "Microsoft.ContainerRegistry/registries/runs",
        "properties": {
            "runId": "cf1",
            "status": "Queued",
            "lastUpdatedTime": "2026-01-01T00:00:00+00:00",
            "provisioningState": "Succeeded",
            "isArchiveEnabled": False,
        },
        "id": f"{RUNS}/cf1",
        "name": "cf1",
        "systemData": {
            "lastModifiedBy": "owner@example.com",
            "lastModifiedByType": "User",
            "lastModifiedAt": "2026-01-01T00:00:00.0000000+00:00",
        },
    }


def test_a_run_goes_by_the_clock(slow: Cloud, clock: ManualClock) -> None:
    scheduled(slow)
    seen = [status(slow)]
    clock.advance(5)
    seen.append(status(slow))
    running = part(slow.read(f"{RUNS}/cf1"), "properties")
    clock.advance(600)
    seen.append(status(slow))
    assert seen == ["Queued", "Running", "Succeeded"]
    assert running == {
        "runId": "cf1",
        "status": "Running",
        "lastUpdatedTime": "2026-01-01T00:00:05+00:00",
        "provisioningState": "Succeeded",
        "isArchiveEnabled": False,
        "runType": "QuickRun",
        "createTime": "2026-01-01T00:00:00.0000000+00:00",
        "startTime": "2026-01-01T00:00:05.0000000+00:00",
        "task": "mytask",
        "platform": {"os": "linux", "architecture": "amd64"},
    }


def test_what_a_run_makes_is_there_when_it_has_ended_and_not_before(slow: Cloud, clock: ManualClock) -> None:
    scheduled(slow)
    clock.advance(6)
    before = (
        slow.emulator.images("myregistry.azurecr.io"),
        "baseImageDependencies" in str(slow.read(f"{TASKS}/mytask")),
    )
    clock.advance(600)
    images = slow.emulator.images("myregistry.azurecr.io")
    outputs = shown(slow).output_images
    step = part(slow.read(f"{TASKS}/mytask"), "properties", "step")
    assert before == ((), False)
    assert outputs is not None
    assert images == (f"hello:cf1@{outputs[0].digest}",)
    dependencies = step["baseImageDependencies"]
    assert isinstance(dependencies, list)
    assert dependencies == [
        {
            "type": "Runtime",
            "registry": "mcr.microsoft.com",
            "repository": "hello-world",
            "tag": "latest",
            "digest": part({"it": dependencies[0]}, "it")["digest"],
        }
    ]


def test_a_canceled_run_stands_still_and_leaves_nothing(slow: Cloud, clock: ManualClock) -> None:
    scheduled(slow)
    clock.advance(7)
    slow.tasks.runs.cancel("myResourceGroup", "myregistry", "cf1")
    clock.advance(600)
    run = shown(slow)
    assert (run.status, slow.emulator.images("myregistry.azurecr.io")) == ("Canceled", ())
    assert part(slow.read(f"{RUNS}/cf1"), "properties")["finishTime"] == "2026-01-01T00:00:07.0000000+00:00"


def test_a_run_that_is_canceled_in_the_queue_never_began(slow: Cloud, clock: ManualClock) -> None:
    scheduled(slow)
    slow.tasks.runs.cancel("myResourceGroup", "myregistry", "cf1")
    clock.advance(600)
    properties = part(slow.read(f"{RUNS}/cf1"), "properties")
    assert (properties["status"], "startTime" in properties) == ("Canceled", False)


def test_a_run_outlives_its_task(slow: Cloud, clock: ManualClock) -> None:
    scheduled(slow)
    slow.send("DELETE", f"{TASKS}/mytask")
    clock.advance(600)
    assert (status(slow), len(slow.emulator.images("myregistry.azurecr.io"))) == ("Succeeded", 1)


def test_a_run_that_is_over_is_not_canceled(slow: Cloud, clock: ManualClock) -> None:
    scheduled(slow)
    clock.advance(600)
    assert slow.send("POST", f"{RUNS}/cf1/cancel").status == 200
    assert status(slow) == "Succeeded"


def test_the_same_content_has_the_same_digest(cloud: Cloud) -> None:
    steps = BUILD.replace("$ID", "1")
    cloud.send("PUT", f"{TASKS}/mytask", task_body(steps))
    digests = [shown(cloud, scheduled(cloud)).output_images for _ in range(2)]
    assert digests[0] == digests[1]


def test_runs_are_numbered_for_each_registry(cloud: Cloud) -> None:
    request = EncodedTaskRunRequest(encoded_task_content=encoded(BUILD), platform=LINUX)
    names = [scheduled(cloud, request), scheduled(cloud, request), scheduled(cloud, request, "mybaseregistry")]
    assert names == ["cf1", "cf2", "cf1"]


def test_lists_are_newest_first_and_filtered(cloud: Cloud) -> None:
    for name in ("mytask", "other"):
        cloud.send("PUT", f"{TASKS}/{name}", task_body(BUILD))
        scheduled(cloud, TaskRunRequest(task_id=f"{TASKS}/{name}"))
    scheduled(cloud)
    runs = cloud.tasks.runs
    where = ("myResourceGroup", "myregistry")
    assert [run.name for run in runs.list(*where)] == ["cf3", "cf2", "cf1"]
    assert [run.name for run in runs.list(*where, filter="TaskName eq 'mytask'")] == ["cf3", "cf1"]
    assert [run.name for run in runs.list(*where, filter="RunId eq 'cf2' and status eq 'succeeded'")] == ["cf2"]
    latest = cloud.read(f"{RUNS}?$top=1&$filter=TaskName eq 'mytask'")
    assert isinstance(latest["value"], list)
    assert (len(latest["value"]), "nextLink" in latest) == (1, True)
    assert [run.name for run in runs.list(*where, top=1)] == ["cf3", "cf2", "cf1"]


@pytest.mark.parametrize(
    "query", ["$filter=Color eq 'red'", "$filter=RunId eq 'a' or RunId eq 'b'", "$filter=TaskName", "$top=x", "$top=0"]
)
def test_a_list_refuses_what_it_does_not_know(cloud: Cloud, query: str) -> None:
    assert cloud.send("GET", f"{RUNS}?{query}").status == 400


def test_a_run_can_be_kept(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body(BUILD))
    name = scheduled(cloud)
    cloud.tasks.runs.update("myResourceGroup", "myregistry", name, RunUpdateParameters(is_archive_enabled=True))
    properties = shown(cloud, name).properties
    assert properties is not None
    assert properties.is_archive_enabled is True


def test_values_of_a_run_go_before_those_of_the_task(cloud: Cloud) -> None:
    build = f"  - build: -t $Registry/{{{{.Values.a}}}}:{{{{.Values.b}}}} {CONTEXT} -f hello-world.dockerfile\n"
    push = "  - push: ['$Registry/{{.Values.a}}:{{.Values.b}}']\n"
    step: JsonObject = {
        "type": "EncodedTask",
        "encodedTaskContent": encoded("version: v1.1.0\nsteps:\n" + build + push),
        "encodedValuesContent": encoded("a: from-file\nb: '1'\n"),
        "values": [{"name": "a", "value": "from-task"}, {"name": "b", "value": "2"}],
    }
    cloud.send("PUT", f"{TASKS}/mytask", task_body(step=step))
    override = OverrideTaskStepProperties(values_property=[SetValue(name="b", value="3")])
    scheduled(cloud, TaskRunRequest(task_id=f"{TASKS}/mytask", override_task_step_properties=override))
    assert [image.partition("@")[0] for image in cloud.emulator.images("myregistry.azurecr.io")] == ["from-task:3"]


def test_a_run_may_take_another_file(cloud: Cloud) -> None:
    step: JsonObject = {"type": "FileTask", "taskFilePath": "none.yaml", "contextPath": CONTEXT}
    cloud.send("PUT", f"{TASKS}/mytask", task_body(step=step))
    override = OverrideTaskStepProperties(file="task.yaml")
    first = shown(cloud, scheduled(cloud))
    second = shown(
        cloud, scheduled(cloud, TaskRunRequest(task_id=f"{TASKS}/mytask", override_task_step_properties=override))
    )
    assert (first.status, second.status) == ("Failed", "Succeeded")


def test_a_build_without_a_task_runs(cloud: Cloud) -> None:
    request = DockerBuildRequest(
        docker_file_path="hello-world.dockerfile",
        image_names=["quick:{{.Run.ID}}"],
        source_location=CONTEXT,
        platform=LINUX,
        is_push_enabled=True,
    )
    run = shown(cloud, scheduled(cloud, request))
    assert (run.status, run.run_type, run.task) == ("Succeeded", "QuickBuild", None)
    assert cloud.emulator.images("myregistry.azurecr.io")[0].startswith("quick:cf1@sha256:")


def test_a_task_file_from_a_context_runs(cloud: Cloud) -> None:
    found = FileTaskRunRequest(task_file_path="task.yaml", source_location=CONTEXT, platform=LINUX)
    missing = FileTaskRunRequest(task_file_path="none.yaml", source_location=CONTEXT, platform=LINUX)
    runs = [shown(cloud, scheduled(cloud, request)) for request in (found, missing)]
    assert [(run.status, run.run_error_message) for run in runs] == [
        ("Succeeded", None),
        ("Failed", "failed during run, err: exit status 1"),
    ]


def test_a_run_without_a_source_is_taken_and_fails_for_want_of_its_file(cloud: Cloud) -> None:
    run = shown(cloud, scheduled(cloud, FileTaskRunRequest(task_file_path="task.yaml", platform=LINUX)))
    assert (run.status, run.run_error_message) == ("Failed", "failed during run, err: exit status 1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"type": "TaskRunRequest"}, (400, "InvalidTaskId")),
        ({"type": "TaskRunRequest", "taskId": f"{TASKS}/nothing"}, (404, "ResourceNotFound")),
        ({"type": "Party"}, (400, "InvalidRunRequest")),
        ({"type": "DockerBuildRequest"}, (400, "InvalidStep")),
        ({"type": "FileTaskRunRequest", "sourceLocation": CONTEXT}, (400, "InvalidStep")),
        ({}, (400, "InvalidRequestContent")),
    ],
)
def test_a_run_that_cannot_be_is_refused_and_has_no_number(
    cloud: Cloud, body: JsonObject, expected: tuple[int, str]
) -> None:
    assert error_of(cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", body)) == expected
    assert cloud.read(RUNS) == {"value": []}


def test_a_run_that_never_was_is_not_found(cloud: Cloud) -> None:
    assert error_of(cloud.send("GET", f"{RUNS}/cf9")) == (404, "EntityNotFound")


def test_values_of_a_file_that_is_no_mapping_are_left_aside(cloud: Cloud) -> None:
    step: JsonObject = {"type": "EncodedTask", "encodedTaskContent": encoded("steps:\n  - cmd: bash\n")}
    for text in ("- a", "a: [", ""):
        body = task_body(step={**step, "encodedValuesContent": encoded(text)})
        cloud.send("PUT", f"{TASKS}/mytask", body)
        scheduled(cloud)
    assert [run.name for run in cloud.tasks.runs.list("myResourceGroup", "myregistry")] == ["cf3", "cf2", "cf1"]


@pytest.mark.parametrize("body", [b'{"tags": {"a": "\\ud800"}}', b'{"a": ' * 5000, b'{"a": ' + b"9" * 5000 + b"}"])
def test_a_request_that_is_no_good_json_is_refused(cloud: Cloud, body: bytes) -> None:
    assert cloud.send_bytes("PATCH", GROUP, body).status == 400
