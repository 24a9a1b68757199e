from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator, ManualClock, Settings
from acr_identity.emulator.kernel.runner_port import Image, Principal, Refusal, Secret
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.emulator.runner import Outcome, RunRequest, Surroundings
from emulator.clouds import (
    ACR_PULL,
    ACR_PUSH,
    GROUP,
    IDENTITIES,
    REGISTRIES,
    REPOSITORY_READER,
    SECRETS_USER,
    SUBSCRIPTION,
    TENANT,
    VAULTS,
    Cloud,
    content,
    part,
    role_id,
    the_world,
    with_identity,
)

BASE = "mybaseregistry.azurecr.io"
ABAC = "abacregistry.azurecr.io"
NODE = ("baseimages/node", "15-alpine")
NAME = "aaaaaaaa-0000-0000-0000-00000000000{}"


class Watched:
    """A cloud whose runner keeps the surroundings of the last run instead of running."""

    def __init__(self, clock: ManualClock, settings: Settings | None = None) -> None:
        self.found: list[Surroundings] = []
        self.cloud = Cloud(Emulator(the_world(), clock=clock, settings=settings, runner=self._keep))
        self._grants = 0

    def _keep(self, request: RunRequest, surroundings: Surroundings) -> Outcome:
        del request
        self.found.append(surroundings)
        return Outcome("Succeeded", ())

    def run(self, registry: str = "myregistry", kind: str = "SystemAssigned", *users: str) -> Surroundings:
        """The surroundings of a run of a task with these identities."""
        task = f"{REGISTRIES}/{registry}/tasks/mytask"
        assert self.cloud.send("PUT", task, with_identity(kind, *users)).status == 200
        body: JsonObject = {"type": "TaskRunRequest", "taskId": task}
        assert self.cloud.send("POST", f"{REGISTRIES}/{registry}/scheduleRun", body).status == 200
        return self.found[-1]

    def grant(self, principal: Principal, role: str, scope: str, condition: str | None = None) -> None:
        self._grants += 1
        properties: JsonObject = {
            "roleDefinitionId": role_id(role),
            "principalId": principal.principal_id,
            "principalType": "ServicePrincipal",
        }
        if condition:
            properties |= {"condition": condition, "conditionVersion": "2.0"}
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{NAME.format(self._grants)}"
        assert self.cloud.send("PUT", path, {"properties": properties}, version="2022-04-01").status == 201


@pytest.fixture
def watched(clock: ManualClock) -> Watched:
    return Watched(clock)


def system(surroundings: Surroundings) -> Principal:
    found = surroundings.sign_in("[system]")
    assert isinstance(found, Principal)
    return found


def code(answer: object) -> str:
    """The code of a refusal, or an empty text."""
    return answer.code if isinstance(answer, Refusal) else ""


def test_a_task_signs_in_as_what_it_has(watched: Watched) -> None:
    made = watched.cloud.send("PUT", f"{IDENTITIES}/second", {"location": "eastus"}, version="2024-11-30")
    second = str(part(content(made), "properties")["clientId"])
    one = watched.run("myregistry", "UserAssigned", f"{IDENTITIES}/existingid")
    two = watched.run("myregistry", "UserAssigned", f"{IDENTITIES}/existingid", f"{IDENTITIES}/second")
    both = watched.run("myregistry", "SystemAssigned, UserAssigned", f"{IDENTITIES}/existingid")
    none = watched.run("mybaseregistry", "None")
    existing = watched.cloud.identities.user_assigned_identities.get("myResourceGroup", "existingid")
    user = Principal(str(existing.principal_id), str(existing.client_id))
    assert one.sign_in("") == one.sign_in(user.client_id.upper()) == user
    assert code(one.sign_in("[system]")) == code(one.sign_in(second)) == code(none.sign_in("")) == "invalid_request"
    assert isinstance(two.sign_in(second), Principal)
    several = two.sign_in("")
    assert isinstance(several, Refusal)
    assert several.message.startswith("Multiple user assigned identities exist, please specify the clientId")
    assert both.sign_in("") == both.sign_in("[system]") != user


def test_pulling_from_another_registry_needs_a_role_there_or_above(watched: Watched) -> None:
    for number, scope in enumerate((f"{REGISTRIES}/mybaseregistry", GROUP, f"/subscriptions/{SUBSCRIPTION}")):
        surroundings = watched.run(("myregistry", "mybaseregistry", "abacregistry")[number])
        principal = system(surroundings)
        before = surroundings.pull(BASE, *NODE, principal)
        watched.grant(principal, ACR_PULL, scope)
        after = watched.run(("myregistry", "mybaseregistry", "abacregistry")[number]).pull(BASE, *NODE, principal)
        assert code(before) == "UNAUTHORIZED"
        assert isinstance(after, Image)
        assert (after.registry, after.repository, after.tag) == (BASE, *NODE)


def test_a_role_on_one_registry_is_none_on_another(watched: Watched) -> None:
    principal = system(watched.run())
    watched.grant(principal, ACR_PULL, f"{REGISTRIES}/myregistry")
    assert code(watched.run().pull(BASE, *NODE, principal)) == "UNAUTHORIZED"


def test_a_registry_with_repository_permissions_does_not_honour_the_old_roles(watched: Watched) -> None:
    principal = system(watched.run())
    watched.grant(principal, ACR_PULL, f"{REGISTRIES}/abacregistry")
    before = watched.run().pull(ABAC, "base", "1", principal)
    watched.grant(principal, REPOSITORY_READER, f"{REGISTRIES}/abacregistry")
    surroundings = watched.run()
    assert code(before) == "UNAUTHORIZED"
    assert isinstance(surroundings.pull(ABAC, "base", "1", principal), Image)
    assert code(surroundings.push(ABAC, "base", "2", "content", principal)) == "UNAUTHORIZED"


def test_an_old_registry_does_not_honour_repository_roles(watched: Watched) -> None:
    principal = system(watched.run())
    watched.grant(principal, REPOSITORY_READER, f"{REGISTRIES}/mybaseregistry")
    assert code(watched.run().pull(BASE, *NODE, principal)) == "UNAUTHORIZED"


@pytest.mark.parametrize(
    ("operator", "value", "may"),
    [
        ("StringEqualsIgnoreCase", "BASE", True),
        ("StringEqualsIgnoreCase", "other", False),
        ("StringStartsWithIgnoreCase", "ba", True),
        ("StringStartsWithIgnoreCase", "base/", False),
    ],
)
def test_a_condition_limits_a_role_to_repositories(watched: Watched, operator: str, value: str, *, may: bool) -> None:
    action = "Microsoft.ContainerRegistry/registries/repositories/content/read"
    name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
    principal = system(watched.run())
    condition = f"((!(ActionMatches{{'{action}'}})) OR ({name} {operator} '{value}'))"
    watched.grant(principal, REPOSITORY_READER, f"{REGISTRIES}/abacregistry", condition)
    assert isinstance(watched.run().pull(ABAC, "base", "1", principal), Image) is may


def test_a_condition_does_not_limit_an_action_that_it_does_not_name(watched: Watched) -> None:
    principal = system(watched.run())
    condition = (
        "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/write'})) "
        "OR (@Request[a:name] StringEquals 'b'))"
    )
    watched.grant(principal, REPOSITORY_READER, f"{REGISTRIES}/abacregistry", condition)
    assert isinstance(watched.run().pull(ABAC, "base", "1", principal), Image)


def test_a_grant_takes_effect_after_a_while(clock: ManualClock) -> None:
    watched = Watched(clock, Settings(grant_seconds=60))
    principal = system(watched.run())
    watched.grant(principal, ACR_PULL, f"{REGISTRIES}/mybaseregistry")
    clock.advance(59)
    early = watched.run().pull(BASE, *NODE, principal)
    clock.advance(1)
    late = watched.run().pull(BASE, *NODE, principal)
    assert (code(early), isinstance(late, Image)) == ("UNAUTHORIZED", True)


def test_the_service_logs_in_to_the_registry_of_the_task_only_and_not_with_repository_permissions(
    watched: Watched,
) -> None:
    at_home, with_abac = watched.run("mybaseregistry"), watched.run("abacregistry")
    assert isinstance(at_home.pull(BASE, *NODE, "source"), Image)
    assert isinstance(at_home.push(BASE, "new", "1", "content", "source"), Image)
    assert code(watched.run().pull(BASE, *NODE, "source")) == "UNAUTHORIZED"
    assert code(with_abac.pull(ABAC, "base", "1", "source")) == "UNAUTHORIZED"
    assert code(at_home.pull(BASE, *NODE, None)) == "UNAUTHORIZED"


def test_a_push_needs_the_role_to_push_and_is_seen_by_the_run_at_once(watched: Watched) -> None:
    principal = system(watched.run())
    watched.grant(principal, ACR_PUSH, f"{REGISTRIES}/mybaseregistry")
    surroundings = watched.run()
    pushed = surroundings.push(BASE, "new", "1", "content", principal)
    assert isinstance(pushed, Image)
    assert surroundings.pull(BASE, "new", "1", principal) == pushed
    assert surroundings.pull(BASE, "new", pushed.digest, principal) == pushed
    assert code(watched.run().pull(BASE, "new", "1", principal)) == "MANIFEST_UNKNOWN"


def test_public_images_need_no_login(watched: Watched) -> None:
    surroundings = watched.run()
    assert isinstance(surroundings.pull("mcr.microsoft.com", "hello-world", "latest", None), Image)
    assert isinstance(surroundings.pull("docker.io", "node", "15-alpine", None), Image)
    assert isinstance(surroundings.pull("mcr.microsoft.com", "acr/bash", "2ff604c", None), Image)
    refusals = [
        surroundings.pull("docker.io", "library/node", "16", None),
        surroundings.pull("docker.io", "nobody/nothing", "1", None),
        surroundings.pull("mcr.microsoft.com", "nothing", "1", None),
        surroundings.pull("nowhere.example", "a", "1", None),
    ]
    assert [code(one) for one in refusals] == ["MANIFEST_UNKNOWN", "DENIED", "NAME_UNKNOWN", "HostNotFound"]


def test_an_account_of_docker_hub_pushes_below_its_own_name(watched: Watched) -> None:
    surroundings = watched.run()
    good, bad = Secret("hub-password"), Secret("wrong")
    assert surroundings.check_password("docker.io", "hubuser", good) is None
    assert surroundings.check_password("https://index.docker.io/v1/", "hubuser", good) is None
    assert code(surroundings.check_password("docker.io", "hubuser", bad)) == "UNAUTHORIZED"
    assert code(surroundings.check_password("docker.io", "stranger", good)) == "UNAUTHORIZED"
    assert code(surroundings.check_password(BASE, "hubuser", good)) == "UNAUTHORIZED"
    assert code(surroundings.check_password("nowhere.example", "hubuser", good)) == "HostNotFound"
    assert isinstance(surroundings.push("docker.io", "hubuser/repo", "1", "content", "hubuser"), Image)
    assert code(surroundings.push("docker.io", "library/repo", "1", "content", "hubuser")) == "DENIED"
    assert code(surroundings.push("docker.io", "hubuser/repo", "1", "content", None)) == "DENIED"
    assert code(surroundings.push("mcr.microsoft.com", "a", "1", "content", "hubuser")) == "HostNotFound"


def test_a_registry_exchanges_the_token_of_anybody_it_knows(watched: Watched) -> None:
    surroundings = watched.run()
    principal = system(surroundings)
    assert surroundings.exchange_token(BASE.upper(), principal) is None
    assert code(surroundings.exchange_token("docker.io", principal)) == "NAME_UNKNOWN"
    assert code(surroundings.exchange_token(BASE, Principal("nobody", "nobody"))) == "UNAUTHORIZED"


def test_a_registry_may_refuse_tokens_for_resource_manager(watched: Watched) -> None:
    policies: JsonObject = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    body: JsonObject = {"properties": {"policies": policies}}
    watched.cloud.send("PATCH", f"{REGISTRIES}/mybaseregistry", body, version="2025-11-01")
    surroundings = watched.run()
    assert code(surroundings.exchange_token(BASE, system(surroundings))) == "UNAUTHORIZED"


def test_everybody_may_pull_from_a_registry_that_is_open(watched: Watched) -> None:
    body: JsonObject = {"properties": {"anonymousPullEnabled": True}}
    watched.cloud.send("PATCH", f"{REGISTRIES}/mybaseregistry", body, version="2025-11-01")
    assert isinstance(watched.run().pull(BASE, *NODE, None), Image)


@pytest.mark.parametrize("vault", ["mykeyvault", "rolevault"])
def test_a_secret_is_read_as_its_vault_allows(watched: Watched, vault: str) -> None:
    url = f"https://{vault.upper()}.vault.azure.net/secrets/UserName"
    surroundings = watched.run()
    principal = system(surroundings)
    refusal = surroundings.read_secret(url, principal)
    assert isinstance(refusal, Refusal)
    if vault == "rolevault":
        watched.grant(principal, SECRETS_USER, f"{VAULTS}/rolevault")
    else:
        entry: JsonObject = {
            "tenantId": TENANT,
            "objectId": principal.principal_id,
            "permissions": {"secrets": ["Get"]},
        }
        body: JsonObject = {"properties": {"accessPolicies": [entry]}}
        watched.cloud.send("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", body, version="2023-07-01")
    later = watched.run()
    assert (refusal.status, refusal.code) == (403, "Forbidden")
    assert refusal.inner_code == {"mykeyvault": "AccessDenied", "rolevault": "ForbiddenByRbac"}[vault]
    assert later.read_secret(url, principal) == Secret("hubuser")
    assert code(later.read_secret(url.replace("UserName", "Nothing"), principal)) == "SecretNotFound"
    assert code(later.read_secret("https://unknown.vault.azure.net/secrets/a", principal)) == "HostNotFound"


@pytest.mark.parametrize(
    "context",
    [
        "https://github.com/Azure-Samples/acr-tasks.git",
        "https://github.com/Azure-Samples/acr-tasks.git#main",
        "https://github.com/Azure-Samples/acr-tasks",
        "https://github.com/Azure-Samples/acr-tasks#main:.",
    ],
)
def test_a_file_is_found_in_its_context(watched: Watched, context: str) -> None:
    surroundings = watched.run()
    assert surroundings.read_file(context, "hello-world.dockerfile") == "FROM mcr.microsoft.com/hello-world\n"
    assert surroundings.read_file(context, "nothing") is None
    assert surroundings.read_file("https://github.com/other.git", "hello-world.dockerfile") is None


def test_a_deleted_identity_signs_in_no_more(watched: Watched) -> None:
    watched.run("myregistry", "UserAssigned", f"{IDENTITIES}/existingid")
    client = str(watched.cloud.identities.user_assigned_identities.get("myResourceGroup", "existingid").client_id)
    watched.cloud.identities.user_assigned_identities.delete("myResourceGroup", "existingid")
    body: JsonObject = {"type": "TaskRunRequest", "taskId": f"{REGISTRIES}/myregistry/tasks/mytask"}
    watched.cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", body)
    assert code(watched.found[-1].sign_in(client)) == "invalid_request"
