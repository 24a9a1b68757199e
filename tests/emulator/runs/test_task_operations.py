from __future__ import annotations

import io
import tarfile

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerregistrytasks.models import (
    AgentPool,
    AgentPoolUpdateParameters,
    DockerBuildRequest,
    EncodedTaskRunRequest,
    PlatformProperties,
    RunUpdateParameters,
    TaskRun,
    TaskRunRequest,
    TaskRunUpdateParameters,
)

from acr_identity.emulator import ManualClock, Request, Settings
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.clouds import (
    IDENTITIES,
    REGISTRIES,
    TASKS,
    Cloud,
    CloudMaker,
    content,
    encoded,
    error_of,
    part,
    task_body,
)

RG, REGISTRY = "myResourceGroup", "myregistry"
BUILD = "https://github.com/Azure-Samples/acr-tasks.git"


def a_task_run(cloud: Cloud, tag: str = "") -> TaskRun:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    return TaskRun(
        {
            "location": "eastus",
            "properties": {
                "runRequest": {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"},
                "forceUpdateTag": tag,
            },
        }
    )


def test_a_task_run_ends_as_its_run_does(make_cloud: CloudMaker, clock: ManualClock) -> None:
    cloud = make_cloud(Settings(queue_seconds=10))
    body = a_task_run(cloud).as_dict()
    reply = cloud.send("PUT", f"{REGISTRIES}/{REGISTRY}/taskRuns/taskrun1", body)
    link = reply.header("Azure-AsyncOperation").partition("?")[0]
    before = cloud.read(link)
    clock.advance(60)
    shown = cloud.tasks.task_runs.get(RG, REGISTRY, "taskrun1")
    assert (reply.status, before, cloud.read(link)) == (201, {"status": "Running"}, {"status": "Succeeded"})
    assert shown.properties is not None
    assert shown.properties.run_result is not None
    assert shown.properties.run_result.name == "cf1"
    assert shown.properties.provisioning_state == "Succeeded"


def test_the_run_in_a_task_run_does_not_tell_who_changed_it(cloud: Cloud) -> None:
    path = f"{REGISTRIES}/{REGISTRY}"
    cloud.send("PUT", f"{path}/taskRuns/taskrun1", a_task_run(cloud).as_dict())
    run = cloud.read(f"{path}/runs/cf1")
    assert "systemData" in run
    inside = part(cloud.read(f"{path}/taskRuns/taskrun1"), "properties", "runResult")
    assert inside == {name: value for name, value in run.items() if name != "systemData"}


def test_the_same_task_run_again_runs_only_with_another_tag(cloud: Cloud) -> None:
    runs = cloud.tasks.task_runs
    for tag in ("one", "one", "two"):
        runs.begin_create(RG, REGISTRY, "taskrun1", a_task_run(cloud, tag)).result()
    changed = TaskRunUpdateParameters({"properties": {"forceUpdateTag": "three"}})
    runs.begin_update(RG, REGISTRY, "taskrun1", changed).result()
    assert [run.name for run in cloud.tasks.runs.list(RG, REGISTRY)] == ["cf3", "cf2", "cf1"]
    assert [one.name for one in runs.list(RG, REGISTRY)] == ["taskrun1"]
    runs.delete(RG, REGISTRY, "taskrun1")
    assert cloud.send("DELETE", f"{REGISTRIES}/{REGISTRY}/taskRuns/taskrun1").status == 204
    with pytest.raises(ResourceNotFoundError):
        runs.get(RG, REGISTRY, "taskrun1")


def test_a_task_run_whose_run_fails_fails(cloud: Cloud) -> None:
    text = encoded("version: v1.1.0\nsteps:\n  - cmd: private.example/x\n")
    given = TaskRun(
        {
            "properties": {
                "runRequest": {"type": "EncodedTaskRunRequest", "encodedTaskContent": text, "platform": {"os": "linux"}}
            }
        }
    )
    with pytest.raises(HttpResponseError) as caught:
        cloud.tasks.task_runs.begin_create(RG, REGISTRY, "taskrun1", given).result()
    assert "The status for Run cf1 is Failed, please check the log." in str(caught.value)


def test_only_list_details_shows_the_secrets_of_a_task_run(cloud: Cloud) -> None:
    values: JsonObject = {
        "type": "EncodedTaskRunRequest",
        "encodedTaskContent": encoded("steps:\n  - cmd: mcr.microsoft.com/hello-world\n"),
        "platform": {"os": "linux"},
        "values": [{"name": "a", "value": "s3cret", "isSecret": True}],
        "credentials": {"customRegistries": {"docker.io": {"userName": {"type": "Opaque", "value": "s3cret"},
                                                           "password": {"type": "Opaque", "value": "s3cret"}}}},
    }  # fmt: skip
    path = f"{REGISTRIES}/{REGISTRY}/taskRuns/taskrun1"
    put = cloud.send("PUT", path, {"properties": {"runRequest": values}})
    shown, details = cloud.send("GET", path), cloud.send("POST", f"{path}/listDetails")
    assert [b"s3cret" in reply.body for reply in (put, shown, details)] == [False, False, True]


def test_a_task_run_signs_in_as_its_own_identity(cloud: Cloud) -> None:
    text = (
        "version: v1.1.0\nsecrets:\n  - id: user\n    keyvault: https://mykeyvault.vault.azure.net/secrets/UserName\n"
        "steps:\n  - cmd: bash echo '{{.Secrets.user}}'\n"
    )
    body: JsonObject = {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {f"{IDENTITIES}/existingid": {}}},
        "properties": {
            "runRequest": {
                "type": "EncodedTaskRunRequest",
                "encodedTaskContent": encoded(text),
                "platform": {"os": "linux"},
            }
        },
    }
    writer = cloud.as_caller("Microsoft.ContainerRegistry/*")
    path = f"{REGISTRIES}/{REGISTRY}/taskRuns/taskrun1"
    assert error_of(writer.send("PUT", path, body)) == (403, "LinkedAuthorizationFailed")
    made = content(cloud.send("PUT", path, body))
    assert part(made, "properties")["provisioningState"] == "Failed"
    principal = part(cloud.read(f"{IDENTITIES}/existingid", version="2024-11-30"), "properties")["principalId"]
    tenant = part(cloud.read(f"{IDENTITIES}/existingid", version="2024-11-30"), "properties")["tenantId"]
    entry: JsonObject = {"tenantId": tenant, "objectId": principal, "permissions": {"secrets": ["get"]}}
    vault = f"{IDENTITIES.partition('/providers/')[0]}/providers/Microsoft.KeyVault/vaults/mykeyvault"
    policies: JsonObject = {"properties": {"accessPolicies": [entry]}}
    cloud.send("PUT", f"{vault}/accessPolicies/add", policies, version="2026-05-15")
    again = content(cloud.send("PATCH", path, {"properties": {"forceUpdateTag": "again"}}))
    assert part(again, "properties")["provisioningState"] == "Succeeded"


def test_an_agent_pool_comes_changes_and_goes(cloud: Cloud) -> None:
    pools = cloud.tasks.agent_pools
    made = pools.begin_create(RG, REGISTRY, "pool1", AgentPool({"location": "eastus", "properties": {"tier": "S2"}}))
    assert made.result().properties == {"count": 1, "tier": "S2", "os": "Linux", "provisioningState": "Succeeded"}
    changed = AgentPoolUpdateParameters({"properties": {"count": 3}})
    properties = pools.begin_update(RG, REGISTRY, "pool1", changed).result().properties
    assert properties is not None
    assert properties.count == 3
    assert pools.get_queue_status(RG, REGISTRY, "pool1").count == 0
    assert [pool.name for pool in pools.list(RG, REGISTRY)] == ["pool1"]
    pools.begin_delete(RG, REGISTRY, "pool1").result()
    assert error_of(cloud.send("GET", f"{REGISTRIES}/{REGISTRY}/agentPools/pool1")) == (404, "EntityNotFound")


def test_runs_are_found_by_what_they_are(cloud: Cloud, clock: ManualClock) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    registries, platform = cloud.tasks.registries, PlatformProperties(os="linux")
    registries.schedule_run(RG, REGISTRY, TaskRunRequest(task_id=f"{TASKS}/mytask"))
    clock.advance(60)
    registries.schedule_run(
        RG,
        REGISTRY,
        DockerBuildRequest(
            image_names=["built:1"],
            docker_file_path="hello-world.dockerfile",
            source_location=BUILD,
            platform=platform,
            is_archive_enabled=True,
        ),
    )
    text = encoded("version: v1.1.0\nsteps:\n  - cmd: private.example/x\n")
    registries.schedule_run(RG, REGISTRY, EncodedTaskRunRequest(encoded_task_content=text, platform=platform))
    digest = cloud.emulator.images("myregistry.azurecr.io")[0].partition("@")[2]
    found = {
        expression: [run.name for run in cloud.tasks.runs.list(RG, REGISTRY, filter=expression)]
        for expression in (
            "TaskName eq 'mytask'",
            "Status eq 'Failed'",
            "RunId eq 'cf2' and Status eq 'Succeeded'",
            f"contains(OutputImageManifests, 'built@{digest}')",
            "contains(OutputImageManifests, 'other')",
            "CreateTime gt 2026-01-01T00:00:30Z",
            "IsArchiveEnabled eq true",
        )
    }
    assert list(found.values()) == [["cf1"], ["cf3"], ["cf2"], ["cf2"], [], ["cf3", "cf2"], ["cf2"]]
    assert cloud.tasks.runs.update(RG, REGISTRY, "cf1", RunUpdateParameters(is_archive_enabled=True)).name == "cf1"


@pytest.mark.parametrize("expression", ["Colour eq 'red'", "contains(Status, 'x')", "CreateTime gt 'yesterday'", "or"])
def test_a_filter_of_runs_that_says_nothing_is_refused(cloud: Cloud, expression: str) -> None:
    path = f"{REGISTRIES}/{REGISTRY}/runs?$filter={expression.replace(' ', '%20')}"
    assert error_of(cloud.send("GET", path)) == (400, "InvalidFilterInQueryString")


def test_uploaded_source_code_is_built(cloud: Cloud) -> None:
    definition = cloud.tasks.registries.get_build_source_upload_url(RG, REGISTRY)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("./Dockerfile")
        content_of_it = b"FROM mcr.microsoft.com/hello-world\n"
        member.size = len(content_of_it)
        archive.addfile(member, io.BytesIO(content_of_it))
    put = cloud.session.put(str(definition.upload_url), data=packed.getvalue())
    request = DockerBuildRequest(
        image_names=["mine:1"],
        docker_file_path="Dockerfile",
        source_location=definition.relative_path,
        platform=PlatformProperties(os="linux"),
    )
    cloud.tasks.registries.schedule_run(RG, REGISTRY, request)
    assert put.status_code == 201
    run = cloud.read(f"{REGISTRIES}/{REGISTRY}/runs/cf1")
    assert part(run, "properties")["status"] == "Succeeded"
    assert cloud.emulator.images("myregistry.azurecr.io")[0].startswith("mine:1@")


def test_an_upload_needs_its_signature(cloud: Cloud) -> None:
    definition = cloud.tasks.registries.get_build_source_upload_url(RG, REGISTRY)
    unsigned = str(definition.upload_url).partition("?")[0]
    assert cloud.session.put(f"{unsigned}?sig=x", data=b"x").status_code == 403


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("https://management.azure.com", "https://acrtasklogs.blob.core.windows.net/logs/"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443/acrlogs/logs/"),
    ],
)
def test_the_log_is_where_the_asking_host_can_reach_it(cloud: Cloud, asked: str, expected: str) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    cloud.tasks.registries.schedule_run(RG, REGISTRY, TaskRunRequest(task_id=f"{TASKS}/mytask"))
    headers = {"Authorization": f"Bearer {cloud.emulator.token()}"}
    url = f"{asked}{REGISTRIES}/{REGISTRY}/runs/cf1/listLogSasUrl?api-version=2025-03-01-preview"
    link = str(content(cloud.emulator.handle(Request.to("POST", url, headers)))["logLink"])
    reply = cloud.emulator.handle(Request.to("GET", link))
    assert link.startswith(expected)
    assert (reply.status, reply.header("x-ms-meta-Complete")) == (200, "successful")
    assert b"Run ID: cf1 was successful after" in reply.body


def test_az_finds_the_registry_and_runs_the_task_with_the_group_in_lower_case(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    lower = TASKS.replace("/resourceGroups/myResourceGroup/", "/resourceGroups/myresourcegroup/")
    details = content(cloud.send("POST", f"{lower}/mytask/listDetails"))
    request: JsonObject = {"type": "TaskRunRequest", "taskId": f"{lower}/mytask"}
    run = content(cloud.send("POST", f"{lower.removesuffix('/tasks')}/scheduleRun", request))
    assert (details["id"], run["id"]) == (f"{TASKS}/mytask", f"{REGISTRIES}/{REGISTRY}/runs/cf1")
