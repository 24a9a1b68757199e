"""The flows of the published tutorials, from the first call to the last line of the log."""

from __future__ import annotations

import pytest
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.containerregistrytasks.models import OverrideTaskStepProperties, Run, SetValue, TaskRunRequest

from acr_identity.emulator.kernel.wire import JsonObject
from emulator.clouds import ACR_PULL, IDENTITIES, REGISTRIES, TASKS, TENANT, VAULTS, Cloud, part, task_body

BASE = "mybaseregistry.azurecr.io"
CONTEXT = "https://github.com/Azure-Samples/acr-tasks.git"
CROSS_REGISTRY = (
    "version: v1.1.0\n"
    "steps:\n"
    f"  - build: -t $Registry/hello-world:$ID {CONTEXT} -f private.dockerfile\n"
    "  - push: ['$Registry/hello-world:$ID']\n"
)
KEY_VAULT = (
    "version: v1.1.0\n"
    "secrets:\n"
    "  - id: username\n"
    "    keyvault: https://mykeyvault.vault.azure.net/secrets/UserName\n"
    "  - id: password\n"
    "    keyvault: https://mykeyvault.vault.azure.net/secrets/Password\n"
    "steps:\n"
    "  - cmd: bash echo '{{.Secrets.password}}' | docker login --username '{{.Secrets.username}}' --password-stdin\n"
    f"  - build: -t {{{{.Values.PrivateRepo}}}}:$ID {CONTEXT} -f hello-world.dockerfile\n"
    "  - push: ['{{.Values.PrivateRepo}}:$ID']\n"
)


def run(cloud: Cloud, **values: str) -> tuple[Run, str]:
    """Run the task; return the run and its log."""
    given = [SetValue(name=name, value=value) for name, value in values.items()]
    override = OverrideTaskStepProperties(values_property=given)
    request = TaskRunRequest(task_id=f"{TASKS}/mytask", override_task_step_properties=override)
    name = cloud.tasks.registries.schedule_run("myResourceGroup", "myregistry", request).name
    assert name is not None
    link = cloud.tasks.runs.get_log_sas_url("myResourceGroup", "myregistry", name).log_link
    assert link is not None
    return cloud.tasks.runs.get("myResourceGroup", "myregistry", name), cloud.session.get(link).text


def with_task(cloud: Cloud, text: str, identity: str) -> tuple[str, str]:
    """Make the task with this identity; return the principal and what credentials call the identity."""
    user = cloud.identities.user_assigned_identities.get("myResourceGroup", "existingid")
    attached: JsonObject = {"type": "SystemAssigned"}
    if identity == "user":
        attached = {"type": "UserAssigned", "userAssignedIdentities": {f"{IDENTITIES}/existingid": {}}}
    assert cloud.send("PUT", f"{TASKS}/mytask", {**task_body(text), "identity": attached}).status == 200
    if identity == "user":
        return str(user.principal_id), str(user.client_id)
    return str(part(cloud.read(f"{TASKS}/mytask"), "identity")["principalId"]), "[system]"


def grant_pull(cloud: Cloud, principal: str) -> None:
    role = cloud.access.role_definitions.get(f"{REGISTRIES}/mybaseregistry", ACR_PULL).id
    assert role is not None
    parameters = RoleAssignmentCreateParameters(
        role_definition_id=role, principal_id=principal, principal_type="ServicePrincipal"
    )
    name = "aaaaaaaa-0000-0000-0000-000000000001"
    cloud.access.role_assignments.create(f"{REGISTRIES}/mybaseregistry", name, parameters)


def add_credential(cloud: Cloud, identity: str) -> None:
    patch: JsonObject = {"properties": {"credentials": {"customRegistries": {BASE: {"identity": identity}}}}}
    assert cloud.send("PATCH", f"{TASKS}/mytask", patch).status == 200


@pytest.mark.parametrize("identity", ["user", "system"])
def test_a_base_image_from_another_registry_needs_both_the_role_and_the_credential(cloud: Cloud, identity: str) -> None:
    principal, name = with_task(cloud, CROSS_REGISTRY, identity)
    grant_pull(cloud, principal)
    without_credential, _ = run(cloud)
    add_credential(cloud, name)
    complete, log = run(cloud)
    cloud.send(
        "DELETE",
        f"{REGISTRIES}/mybaseregistry/providers/Microsoft.Authorization/roleAssignments/"
        "aaaaaaaa-0000-0000-0000-000000000001",
        version="2022-04-01",
    )
    without_role, _ = run(cloud)
    assert [one.status for one in (without_credential, complete, without_role)] == ["Failed", "Succeeded", "Failed"]
    assert without_role.run_error_message == "failed during run, err: exit status 1"
    assert complete.custom_registries == [BASE]
    assert f"Successfully logged into {BASE}\r\n" in log
    assert [image.partition("@")[0] for image in cloud.emulator.images("myregistry.azurecr.io")] == ["hello-world:cf2"]


@pytest.mark.parametrize("identity", ["user", "system"])
def test_a_password_from_a_vault_needs_a_policy_there(cloud: Cloud, identity: str) -> None:
    principal, _ = with_task(cloud, KEY_VAULT, identity)
    before, refusal = run(cloud, PrivateRepo="hubuser/hubrepo")
    entry: JsonObject = {"tenantId": TENANT, "objectId": principal, "permissions": {"secrets": ["get"]}}
    body: JsonObject = {"properties": {"accessPolicies": [entry]}}
    cloud.send("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", body, version="2026-05-15")
    after, log = run(cloud, PrivateRepo="hubuser/hubrepo")
    assert (before.status, after.status) == ("Failed", "Succeeded")
    assert "does not have secrets get permission on key vault 'mykeyvault;location=eastus'" in refusal
    assert "hub-password" not in log + refusal
    assert after.output_images is not None
    assert [image.repository for image in after.output_images] == ["hubuser/hubrepo"]
    dependencies = part(cloud.read(f"{TASKS}/mytask"), "properties", "step")["baseImageDependencies"]
    assert isinstance(dependencies, list)
    assert [one["registry"] for one in dependencies if isinstance(one, dict)] == ["mcr.microsoft.com"]


def test_a_password_for_docker_hub_can_come_with_the_credential(cloud: Cloud) -> None:
    text = "version: v1.1.0\nsteps:\n  - cmd: docker.io/library/node:15-alpine\n"
    principal, _ = with_task(cloud, text, "system")
    entry: JsonObject = {"tenantId": TENANT, "objectId": principal, "permissions": {"secrets": ["get"]}}
    body: JsonObject = {"properties": {"accessPolicies": [entry]}}
    cloud.send("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", body, version="2026-05-15")
    vault = "https://mykeyvault.vault.azure.net/secrets"
    outcomes = {}
    for label, password in (
        ("vault", {"type": "Vaultsecret", "value": f"{vault}/Password"}),
        ("literal", {"type": "Opaque", "value": "hub-password"}),
        ("wrong", {"type": "Opaque", "value": "no"}),
    ):
        credential: JsonObject = {
            "identity": "[system]",
            "userName": {"type": "Opaque", "value": "hubuser"},
            "password": {**password},
        }
        if label != "vault":
            credential = {name: value for name, value in credential.items() if name != "identity"}
        patch: JsonObject = {"properties": {"credentials": {"customRegistries": {"docker.io": credential}}}}
        cloud.send("PATCH", f"{TASKS}/mytask", patch)
        outcomes[label] = run(cloud)[0].status
    assert outcomes == {"vault": "Succeeded", "literal": "Succeeded", "wrong": "Failed"}


def test_the_base_images_of_docker_hub_have_the_name_of_its_registry(cloud: Cloud) -> None:
    step: JsonObject = {
        "type": "Docker",
        "dockerFilePath": "node.dockerfile",
        "contextPath": CONTEXT,
        "imageNames": ["app:1"],
    }
    cloud.send("PUT", f"{TASKS}/mytask", task_body(step=step, credentials={"sourceRegistry": {"loginMode": "Default"}}))
    ran, _ = run(cloud)
    dependencies = part(cloud.read(f"{TASKS}/mytask"), "properties", "step")["baseImageDependencies"]
    assert isinstance(dependencies, list)
    shown = [(one["registry"], one["repository"], one["tag"]) for one in dependencies if isinstance(one, dict)]
    assert (ran.source_registry_auth, shown) == ("Default", [("registry.hub.docker.com", "library/node", "15-alpine")])
