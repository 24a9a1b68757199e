from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import ACR_PULL, IDENTITIES, REGISTRIES, Cloud, content, part, role_id, task_body, with_identity

CLOSED: JsonObject = {"publicNetworkAccess": "Disabled"}
RULES: JsonObject = {"networkRuleSet": {"defaultAction": "Deny", "ipRules": []}}
BYPASS: JsonObject = {**CLOSED, "networkRuleBypassAllowedForTasks": True}
PULLS = "version: v1.1.0\nsteps:\n  - cmd: mybaseregistry.azurecr.io/baseimages/node:15-alpine\n"
DENIED = (
    "denied: client with IP '203.0.113.10' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
)


def close(cloud: Cloud, registry: str, settings: JsonObject) -> None:
    reply = cloud.send("PATCH", f"{REGISTRIES}/{registry}", {"properties": settings}, version="2025-11-01")
    assert reply.status == 200


def outcome(cloud: Cloud, **more: Json) -> tuple[str, str]:
    """The status of a run of `mytask`, and its log."""
    body: JsonObject = {"type": "TaskRunRequest", "taskId": f"{REGISTRIES}/myregistry/tasks/mytask", **more}
    run = content(cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", body))
    path = f"{REGISTRIES}/myregistry/runs/{run['name']}"
    link = str(content(cloud.send("POST", f"{path}/listLogSasUrl"))["logLink"])
    return str(part(cloud.read(path), "properties")["status"]), cloud.session.get(link).text


def a_task(cloud: Cloud, identity: str, user: str = "", **properties: Json) -> None:
    """A task that pulls from mybaseregistry as its identity, which has the role there."""
    users = (f"{IDENTITIES}/{user}",) if user else ()
    path = f"{REGISTRIES}/myregistry/tasks/mytask"
    body = {**with_identity("UserAssigned" if user else "SystemAssigned", *users)}
    made = content(cloud.send("PUT", path, body))
    shown = part(made, "identity")
    principal, named = shown.get("principalId"), identity
    if user:
        existing = cloud.read(f"{IDENTITIES}/{user}", version="2024-11-30")
        principal, named = part(existing, "properties")["principalId"], str(part(existing, "properties")["clientId"])
    credentials: JsonObject = {"customRegistries": {"mybaseregistry.azurecr.io": {"identity": named}}}
    step = part(task_body(PULLS), "properties")["step"]
    changed: JsonObject = {"properties": {"credentials": credentials, "step": step, **properties}}
    assert cloud.send("PATCH", path, changed).status == 200
    grant: JsonObject = {
        "properties": {
            "roleDefinitionId": role_id(ACR_PULL),
            "principalId": principal,
            "principalType": "ServicePrincipal",
        }
    }
    name = "aaaaaaaa-0000-0000-0000-000000000001"
    scope = f"{REGISTRIES}/mybaseregistry/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert cloud.send("PUT", scope, grant, version="2022-04-01").status == 201


@pytest.mark.parametrize("settings", [CLOSED, RULES])
def test_a_closed_registry_keeps_the_agents_out_at_the_exchange(cloud: Cloud, settings: JsonObject) -> None:
    a_task(cloud, "[system]")
    assert outcome(cloud)[0] == "Succeeded"
    close(cloud, "mybaseregistry", settings)
    status, log = outcome(cloud)
    assert status == "Failed"
    assert "failed to get ACR refresh token, exchange API response code: 403 Forbidden" in log


def test_only_the_system_identity_passes_and_only_when_the_registry_allows_it(cloud: Cloud) -> None:
    a_task(cloud, "[system]")
    close(cloud, "mybaseregistry", BYPASS)
    assert outcome(cloud)[0] == "Succeeded"
    close(cloud, "mybaseregistry", {"networkRuleBypassOptions": "None"})
    assert outcome(cloud)[0] == "Failed"


def test_a_user_assigned_identity_never_passes(cloud: Cloud) -> None:
    a_task(cloud, "", "existingid")
    assert outcome(cloud)[0] == "Succeeded"
    close(cloud, "mybaseregistry", BYPASS)
    status, log = outcome(cloud)
    assert (status, "403 Forbidden" in log) == ("Failed", True)


def test_the_service_cannot_log_in_to_a_closed_registry_of_its_own(cloud: Cloud) -> None:
    cloud.send("PUT", f"{REGISTRIES}/myregistry/tasks/mytask", task_body())
    close(cloud, "myregistry", BYPASS)
    status, log = outcome(cloud)
    assert status == "Failed"
    assert (
        "failed to login, ran out of retries: failed to set docker credentials: Error response from daemon: "
        f'Get "https://myregistry.azurecr.io/v2/": {DENIED}'
    ) in log


def test_an_allowed_address_is_let_in(cloud: Cloud) -> None:
    a_task(cloud, "[system]")
    rules: JsonObject = {"defaultAction": "Deny", "ipRules": [{"action": "Allow", "value": "203.0.113.0/24"}]}
    close(cloud, "mybaseregistry", {"networkRuleSet": rules})
    assert outcome(cloud)[0] == "Succeeded"


def test_agents_in_a_network_of_their_own_are_let_in(cloud: Cloud) -> None:
    subnet = "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    pool: JsonObject = {"location": "eastus", "properties": {"virtualNetworkSubnetResourceId": subnet}}
    cloud.send("PUT", f"{REGISTRIES}/myregistry/agentPools/pool1", pool)
    a_task(cloud, "[system]")
    close(cloud, "mybaseregistry", CLOSED)
    assert outcome(cloud)[0] == "Failed"
    assert outcome(cloud, agentPoolName="pool1")[0] == "Succeeded"


def test_a_vault_with_a_firewall_keeps_the_agents_out(cloud: Cloud) -> None:
    text = (
        "version: v1.1.0\nsecrets:\n  - id: user\n    keyvault: https://mykeyvault.vault.azure.net/secrets/UserName\n"
        "steps:\n  - cmd: bash echo '{{.Secrets.user}}'\n"
    )
    path = f"{REGISTRIES}/myregistry/tasks/mytask"
    made = content(cloud.send("PUT", path, {**task_body(text), "identity": {"type": "SystemAssigned"}}))
    entry: JsonObject = {
        "tenantId": part(made, "identity")["tenantId"],
        "objectId": part(made, "identity")["principalId"],
        "permissions": {"secrets": ["get"]},
    }
    vault = f"{REGISTRIES.partition('/providers/')[0]}/providers/Microsoft.KeyVault/vaults/mykeyvault"
    added: JsonObject = {"properties": {"accessPolicies": [entry]}}
    cloud.send("PUT", f"{vault}/accessPolicies/add", added, version="2026-05-15")
    assert outcome(cloud)[0] == "Succeeded"
    rules: JsonObject = {"properties": {"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}}
    cloud.send("PATCH", vault, rules, version="2026-05-15")
    status, log = outcome(cloud)
    assert (status, 'InnerError={"code":"ForbiddenByFirewall"}' in log) == ("Failed", True)
