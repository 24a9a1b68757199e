"""How a run logs in to the registry of its task: by the service, or as an identity that the task names."""

from __future__ import annotations

from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import ACR_PULL, ACR_PUSH, REGISTRIES, REPOSITORY_READER, Cloud, content, part, role_id, task_body

CONTEXT = "https://github.com/Azure-Samples/acr-tasks.git"
PUBLIC_ONLY = "version: v1.1.0\nsteps:\n  - cmd: mcr.microsoft.com/hello-world\n"
REFUSED = (
    "failed to unmarshal task before running: failed to resolve secrets: "
    "failed to get ACR refresh token, exchange API response code: 401 Unauthorized"
)
BUILD: JsonObject = {
    "type": "Docker",
    "dockerFilePath": "hello-world.dockerfile",
    "contextPath": CONTEXT,
    "imageNames": ["app:1"],
}


def task_with(cloud: Cloud, registry: str, source: JsonObject, **properties: Json) -> str:
    """Make a task with a system-assigned identity; return its principal."""
    body = {**task_body(PUBLIC_ONLY, credentials={"sourceRegistry": source}, **properties)}
    reply = cloud.send("PUT", f"{REGISTRIES}/{registry}/tasks/mytask", {**body, "identity": {"type": "SystemAssigned"}})
    return str(part(content(reply), "identity")["principalId"])


def ran(cloud: Cloud, registry: str) -> tuple[Json, list[str]]:
    """Run the task of a registry; return the status of the run and its log."""
    path = f"{REGISTRIES}/{registry}"
    reply = cloud.send("POST", f"{path}/scheduleRun", {"type": "TaskRunRequest", "taskId": f"{path}/tasks/mytask"})
    run = f"{path}/runs/{content(reply)['name']}"
    link = str(content(cloud.send("POST", f"{run}/listLogSasUrl"))["logLink"])
    return part(cloud.read(run), "properties")["status"], cloud.session.get(link).text.splitlines()


def grant(cloud: Cloud, registry: str, principal: str, role: str) -> str:
    """Give a role on a registry; return the path of the assignment."""
    path = f"{REGISTRIES}/{registry}/providers/Microsoft.Authorization/roleAssignments/{role}"
    properties: JsonObject = {
        "roleDefinitionId": role_id(role),
        "principalId": principal,
        "principalType": "ServicePrincipal",
    }
    assert cloud.send("PUT", path, {"properties": properties}, version="2022-04-01").status == 201
    return path


def test_an_identity_without_a_role_is_given_no_login_even_when_nothing_is_pulled_from_there(cloud: Cloud) -> None:
    principal = task_with(cloud, "myregistry", {"loginMode": "Default", "identity": "[system]"})
    before = ran(cloud, "myregistry")
    grant(cloud, "myregistry", principal, REPOSITORY_READER)
    with_a_role_for_repositories = ran(cloud, "myregistry")
    grant(cloud, "myregistry", principal, ACR_PUSH)
    after = ran(cloud, "myregistry")
    assert REFUSED in before[1]
    assert [before[0], with_a_role_for_repositories[0], after[0]] == ["Failed", "Failed", "Succeeded"]


def test_without_the_identity_the_service_logs_in_again(cloud: Cloud) -> None:
    task_with(cloud, "myregistry", {"loginMode": "Default", "identity": "[system]"})
    statuses = [ran(cloud, "myregistry")[0]]
    patch: JsonObject = {"properties": {"credentials": {"sourceRegistry": {}}}}
    assert cloud.send("PATCH", f"{REGISTRIES}/myregistry/tasks/mytask", patch).status == 200
    statuses.append(ran(cloud, "myregistry")[0])
    assert statuses == ["Failed", "Succeeded"]


def test_the_right_to_pull_is_enough_for_a_login(cloud: Cloud) -> None:
    principal = task_with(cloud, "myregistry", {"identity": "[system]"})
    grant(cloud, "myregistry", principal, ACR_PULL)
    assert ran(cloud, "myregistry")[0] == "Succeeded"


def test_a_registry_with_repository_permissions_brings_no_login_of_the_service(cloud: Cloud) -> None:
    task_with(cloud, "abacregistry", {})
    status, log = ran(cloud, "abacregistry")
    assert (status, [line for line in log if "Logging in" in line]) == ("Succeeded", [])


def test_a_build_for_such_a_registry_needs_an_identity_that_logs_in(cloud: Cloud) -> None:
    task_with(cloud, "abacregistry", {}, step=BUILD)
    status, log = ran(cloud, "abacregistry")
    assert status == "Failed"
    assert "when specifying push, at least one credential is required" in log
    task_with(cloud, "abacregistry", {"identity": "[system]"}, step=BUILD)
    _, with_identity = ran(cloud, "abacregistry")
    assert any(line.endswith("Logging in to registry: abacregistry.azurecr.io") for line in with_identity)
