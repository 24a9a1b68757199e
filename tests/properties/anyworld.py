"""Any spec, any world: what exists before, and what others made there."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from hypothesis import strategies as st

from acr_identity.emulator import Emulator, ManualClock, World
from acr_identity.spec import Spec
from flows.flows import GROUP, ROLES_VERSION, TASKS_VERSION, VAULTS_VERSION, ask

SOURCES = ("sourceone", "sourcetwo")
BASES = ("baseone", "basetwo")
VAULTS = ("vault-one", "vault-two")
USERS = ("user-one", "user-two")
SECRETS = {"Secret": "s", "Other": "o"}
TASKS = ("task-one", "task-two", "task-three")
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
STRANGER = "99999999-9999-9999-9999-999999999999"
OTHERS_LOGIN = "theirs.azurecr.io"
OTHERS_VALUES = [{"name": "Theirs", "value": "their-secret-value", "isSecret": True}]
OTHERS_MARKS = (OTHERS_LOGIN, "their-secret-value", "9 9 * * *", "https://hook.example")
"""Texts that stand in a task of others for as long as what they set is there."""
SPEC_TAGS = ("owner", "tier")
OTHERS_TAGS = {"team": "theirs"}
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
OWN_ROLE = "Looker of images"
IN_TEAM = "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'"
FILE = base64.b64encode(b"version: v1.0.0\n").decode()


@dataclass(frozen=True)
class Case:
    """A spec and the world in which it is applied."""

    spec: Spec
    world: World
    tasks_of_others: tuple[str, ...]

    def emulator(self) -> Emulator:
        """Return an emulator of this world, in which others have been at work already."""
        emulator = Emulator(self.world, clock=ManualClock())
        for task in self.tasks_of_others:
            _put_task(emulator, self.spec.tasks[task].registry, task)
        _make_own_role(emulator)
        for base in BASES:
            _assign_stranger(emulator, base)
        for vault in VAULTS:
            _let_stranger_in(emulator, vault)
        return emulator


def _put_task(emulator: Emulator, registry: str, task: str) -> None:
    body = {
        "location": "eastus",
        "tags": OTHERS_TAGS,
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "platform": {"os": "linux", "architecture": "amd64"},
            "status": "Disabled",
            "step": {"type": "EncodedTask", "encodedTaskContent": FILE, "values": OTHERS_VALUES},
            "trigger": {
                "timerTriggers": [{"name": "theirs", "schedule": "9 9 * * *", "status": "Disabled"}],
                "baseImageTrigger": {
                    "name": "theirbase",
                    "baseImageTriggerType": "Runtime",
                    "updateTriggerEndpoint": "https://hook.example",
                },
            },
            "credentials": {"customRegistries": {OTHERS_LOGIN: {"identity": "[system]"}}},
        },
    }
    ask(emulator, "PUT", f"{_registry(registry)}/tasks/{task}", body, version=TASKS_VERSION)


def _assign_stranger(emulator: Emulator, registry: str) -> None:
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
    assignments = f"{_registry(registry)}/providers/Microsoft.Authorization/roleAssignments"
    listed = ask(emulator, "GET", assignments, version=ROLES_VERSION)
    assert isinstance(listed, dict)
    owner = listed["value"][0]["properties"]
    principal = {key: owner[key] for key in ("principalId", "principalType")}
    name = f"00000000-0000-0000-0000-{sum(registry.encode()):012d}"
    body = {"properties": {"roleDefinitionId": role, **principal}}
    ask(emulator, "PUT", f"{assignments}/{name}", body, version=ROLES_VERSION)


def _make_own_role(emulator: Emulator) -> None:
    subscription = f"/subscriptions/{SUBSCRIPTION}"
    path = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-0000-0000-00000000000a"
    said = {"roleName": OWN_ROLE, "permissions": [{"actions": ["*/read"]}], "assignableScopes": [subscription]}
    ask(emulator, "PUT", path, {"properties": said}, version=ROLES_VERSION)


def _let_stranger_in(emulator: Emulator, vault: str) -> None:
    entry = {"tenantId": emulator.world.tenant, "objectId": STRANGER, "permissions": {"secrets": ["get", "list"]}}
    path = f"{GROUP.replace('myResourceGroup', 'rg')}/providers/Microsoft.KeyVault/vaults/{vault}/accessPolicies/add"
    ask(emulator, "PUT", path, {"properties": {"accessPolicies": [entry]}}, version=VAULTS_VERSION)


def _registry(name: str) -> str:
    return f"{GROUP.replace('myResourceGroup', 'rg')}/providers/Microsoft.ContainerRegistry/registries/{name}"


IDENTITIES = st.sampled_from(
    [("system",), (USERS[0],), (USERS[1],), ("system", USERS[0]), (USERS[1], "system"), (USERS[0], "system")]
)
TRIGGERS = st.sampled_from([None, {"timers": ["0 21 * * *"]}, {"base_image": "all"}, {"timers": ["1 1 * * *"]}])
READ = st.sampled_from([["Secret"], ["Secret", "Other"], ["Other"], {"names": ["Other"], "scope": "vault"}])
VALUES = st.dictionaries(st.sampled_from(["One", "Two"]), st.sampled_from(["a", "b"]))


@st.composite
def secrets(draw: st.DrawFn, identities: tuple[str, ...]) -> dict[str, object]:
    """Return the secrets that a task reads: of a vault as one identity, or as each of them."""
    each = [{"names": ["Secret"], "identity": one} for one in identities]
    vaults = draw(st.lists(st.sampled_from(VAULTS), unique=True))
    return {vault: draw(READ | st.just(each)) for vault in vaults}


@st.composite
def values(draw: st.DrawFn, identities: tuple[str, ...]) -> dict[str, object]:
    """Return the values of a task, among them client ids of its identities."""
    users = [one for one in identities if one != "system"]
    clients = st.dictionaries(st.just("Client"), st.sampled_from(users).map(_client)) if users else st.just({})
    return {**draw(VALUES), **draw(clients)}


def _client(user: str) -> dict[str, str]:
    return {"client_id_of": user}


ROLES = (
    {"role": "Reader", "scope": BASES[0]},
    {"role": "AcrPull", "scope": BASES[0]},
    {"role": "Reader", "scope": "resource_group"},
    {"role": "Key Vault Reader", "scope": VAULTS[0]},
    {"role": "Key Vault Secrets User", "scope": VAULTS[1]},
    {"role": "Container Registry Repository Writer", "scope": BASES[1], "condition": IN_TEAM},
    {"role": OWN_ROLE, "scope": "subscription"},
)


@st.composite
def roles(draw: st.DrawFn, identities: tuple[str, ...]) -> list[dict[str, object]]:
    """Return roles that a task names, for one of its identities or for each."""
    chosen = draw(st.lists(st.sampled_from(ROLES), max_size=2, unique_by=str))
    on_users = [{"role": "Managed Identity Operator", "scope": one} for one in identities if one != "system"]
    chosen += draw(st.lists(st.sampled_from(on_users), max_size=1)) if on_users else []
    return [{**role, "identity": one} for role in chosen for one in draw(st.sampled_from([identities, identities[:1]]))]


@st.composite
def tasks(draw: st.DrawFn) -> dict[str, object]:
    """Return a task of a spec, as YAML would have it."""
    identities = draw(IDENTITIES)
    task: dict[str, object] = {
        "registry": draw(st.sampled_from(SOURCES)),
        "identity": list(identities),
        "command": draw(st.sampled_from(["alpine", "bash echo hello"])),
        "pull": draw(st.lists(st.sampled_from(BASES), unique=True)),
        "secrets": draw(secrets(identities)),
        "roles": draw(roles(identities)),
        "values": draw(values(identities)),
        "enabled": draw(st.sampled_from([None, None, True, False])),
        "tags": draw(st.dictionaries(st.sampled_from(SPEC_TAGS), st.sampled_from(["x", "y"]), max_size=1)),
    }
    timeout, triggers = draw(st.sampled_from([None, 600])), draw(TRIGGERS)
    login = {
        "user_name": {"vault": VAULTS[0], "secret": "Secret"},
        "password": {"vault": VAULTS[1], "secret": "Secret"},
    }
    credentials = draw(st.sampled_from([None, {"docker.io": login}]))
    optional = {"timeout": timeout, "triggers": triggers, "credentials": credentials}
    return task | {key: value for key, value in optional.items() if value is not None}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a spec and a world."""
    chosen = draw(st.lists(st.sampled_from(TASKS), unique=True, min_size=1))
    spec = Spec.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_group": "rg",
            "location": draw(st.sampled_from([None, "westus"])),
            "registries": {name: {} for name in (*SOURCES, *BASES)},
            "vaults": {name: {} for name in VAULTS},
            "identities": {name: {"tags": draw(st.sampled_from([{}, {"owner": "x"}]))} for name in USERS},
            "tasks": {name: draw(tasks()) for name in chosen},
        }
    )
    modes = st.sampled_from(["LegacyRegistryPermissions", "AbacRepositoryPermissions"])
    world = World.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_groups": {"rg": {}},
            "registries": {name: {"role_assignment_mode": draw(modes)} for name in (*SOURCES, *BASES)},
            "vaults": {name: {"rbac": draw(st.booleans()), "secrets": SECRETS} for name in VAULTS},
            "identities": {name: {"tags": OTHERS_TAGS} for name in USERS if draw(st.booleans())},
        }
    )
    others = tuple(name for name in chosen if draw(st.booleans()))
    return Case(spec, world, others)
