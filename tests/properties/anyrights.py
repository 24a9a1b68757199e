"""Any spec of what tasks may do in registries and read from vaults, and runs that do all of it and no more."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from acr_identity.emulator import Emulator, ManualClock, Request, World
from acr_identity.spec import Spec, TaskFile
from flows.flows import TASKS_VERSION, ask
from flows.teams import SUBSCRIPTION, registry, vault

Json = dict[str, Any]
REGISTRIES, VAULTS, TASKS = ("homereg", "basereg"), ("vault-one", "vault-two"), ("task-one", "task-two")
OPERATIONS = ("pull", "push", "delete", "list")
REPOSITORIES = ("base", "team/app", "team/web", "teammate/app", "beside")
SECRETS = ("UserName", "Password", "HubUser", "HubPassword", "Beside")
MEANT = {"base": ["base"], "team/app": ["team/app"], "team/*": ["team/app", "team/web"], "*": [*REPOSITORIES]}
DONE_IN = {"base": "base", "team/app": "team/app", "team/*": "team/web", "*": "beside"}
"""In which repository a run does what a pattern allows: in one that no other pattern names."""
CONTEXT = "https://github.com/Azure-Samples/acr-tasks.git"
STEPS = {
    "pull": "  - cmd: {host}/{repository}:1\n",
    "push": f"  - build: -t {{host}}/{{repository}}:2 {CONTEXT}\n  - push: ['{{host}}/{{repository}}:2']\n",
    "delete": "  - cmd: acr purge -r {host} --filter '{repository}:^1$' --ago 0d\n",
    "list": "  - cmd: acr purge -r {host} --filter 'no-such-.*:.*' --ago 0d\n",
}
ALLOWED = {
    "pull": {"pull", "metadata_read"},
    "push": {"pull", "push", "metadata_read", "metadata_write"},
    "delete": {"pull", "push", "delete", "metadata_read", "metadata_write"},
    "list": set[str](),
}
"""What a token may be had for, in a registry that decides by repository, by the least role for an operation."""
CLASSIC = {
    "pull": {"pull", "metadata_read"},
    "push": {"pull", "push", "metadata_read", "metadata_write"},
    "delete": {"pull", "delete", "metadata_read"},
    "list": {"pull", "metadata_read"},
}


@dataclass(frozen=True)
class Case:
    """Tasks by name, and which registries decide by repository and which vaults by roles."""

    tasks: dict[str, Json]
    by_repository: dict[str, bool]
    by_roles: dict[str, bool]

    @property
    def spec(self) -> Spec:
        return Spec.model_validate(
            {
                "name": "web",
                "subscription": SUBSCRIPTION,
                "resource_group": "rg",
                "location": "eastus",
                "registries": {name: {} for name in REGISTRIES},
                "vaults": {name: {} for name in VAULTS},
                "identities": {"user-one": {}, "user-two": {}},
                "tasks": {name: {**task, "file": _file(task)} for name, task in self.tasks.items()},
            }
        )

    def emulator(self) -> Emulator:
        modes = {True: "AbacRepositoryPermissions", False: "LegacyRegistryPermissions"}
        images = [f"{repository}:1" for repository in REPOSITORIES]
        world = {
            "subscription": SUBSCRIPTION,
            "resource_groups": {"rg": {}},
            "registries": {
                name: {"role_assignment_mode": modes[flag], "images": images}
                for name, flag in self.by_repository.items()
            },
            "vaults": {
                name: {"rbac": flag, "secrets": dict.fromkeys(SECRETS, "s3cret")}
                for name, flag in self.by_roles.items()
            },
            "docker_hub": {"s3cret": "s3cret"},
            "images": ["docker.io/library/hello-world:latest"],
            "contexts": {CONTEXT: {"Dockerfile": "FROM hello-world\n"}},
        }
        return Emulator(World.model_validate(world), clock=ManualClock())

    def users(self, name: str) -> Iterator[tuple[str, str, Json]]:
        """Yield who uses which registry or vault, for what: the identity, `system TASK` or its name; then the entry."""
        task = self.tasks[name]
        identities = [f"system {name}" if one == "system" else one for one in task["identity"]]
        in_registries = next((one for one in identities if not one.startswith("system")), identities[0])
        reader = next((one for one in identities if one.startswith("system")), identities[0])
        for operation in OPERATIONS:
            for entry in task[operation]:
                yield in_registries, entry["registry"], {"operation": operation, **entry}
        for place, entry in task["secrets"].items():
            yield reader, place, entry
        for login in task["credentials"].values():
            for part in login.values():
                yield reader, part["vault"], {"names": [part["secret"]], "scope": "secret"}


def _file(task: Json) -> TaskFile:
    secrets = "".join(
        f"  - {{id: {place[6:]}{name}, keyvault: 'https://{place}.vault.azure.net/secrets/{name}'}}\n"
        for place, entry in task["secrets"].items()
        for name in entry["names"]
    )
    steps = "".join(
        STEPS[operation].format(host=f"{entry['registry']}.azurecr.io", repository=DONE_IN[pattern])
        for operation in OPERATIONS
        for entry in task[operation]
        for pattern in entry["repositories"] or ["*"]
    )
    head = f"secrets:\n{secrets}" if secrets else ""
    content = f"version: v1.1.0\n{head}steps:\n{steps or '  - cmd: bash true'}\n"
    return TaskFile(path="task.yaml", content=content)


IDENTITIES = st.sampled_from([["system"], ["user-one"], ["user-two"], ["user-one", "system"]])
PATTERNS = st.sampled_from([[], ["base"], ["team/*"], ["base", "team/app"], ["team/*", "base"]])
ACCESS = st.fixed_dictionaries(
    {"names": st.sampled_from([["UserName"], ["UserName", "Password"]]), "scope": st.sampled_from(["secret", "vault"])}
)


LOGIN = {
    "user_name": {"vault": "vault-one", "secret": "HubUser"},
    "password": {"vault": "vault-two", "secret": "HubPassword"},
}


@st.composite
def cases(draw: st.DrawFn, *, by_repository: bool) -> Case:
    """Return one or two tasks, and how registries and vaults decide; of the one for base images it is given."""

    def entries(operation: str) -> list[Json]:
        chosen = draw(st.lists(st.sampled_from(REGISTRIES), unique=True))
        return [{"registry": one, "repositories": [] if operation == "list" else draw(PATTERNS)} for one in chosen]

    tasks = {
        name: {
            "registry": "homereg",
            "identity": draw(IDENTITIES),
            **{operation: entries(operation) for operation in OPERATIONS},
            "secrets": draw(st.dictionaries(st.sampled_from(VAULTS), ACCESS)),
            "credentials": draw(st.sampled_from([{}, {"docker.io": LOGIN}])),
        }
        for name in draw(st.sampled_from([TASKS[:1], TASKS]))
    }
    return Case(
        tasks,
        {"homereg": draw(st.booleans()), "basereg": by_repository},
        {name: draw(st.booleans()) for name in VAULTS},
    )


# What an emulator of a case holds, and what it says


def run(emulator: Emulator, task: str) -> str:
    """Run a task and return how it ends."""
    body = {"type": "TaskRunRequest", "taskId": f"{registry('homereg')}/tasks/{task}"}
    made = ask(emulator, "POST", f"{registry('homereg')}/scheduleRun", body, version=TASKS_VERSION)
    assert isinstance(made, dict)
    runs: Json = json.loads(json.dumps(emulator.snapshot()["runs"]))
    return str(runs[made["id"].lower()]["outcome"]["status"])


def grants(emulator: Emulator) -> list[tuple[str, str]]:
    """Return what `apply` gave: the id of each role assignment, or a vault and who has access to it by policy."""
    world: Json = json.loads(json.dumps(emulator.snapshot()))
    ours = ((id_, one) for id_, one in world["assignments"].items() if (one["description"] or "").startswith("acr_"))
    roles = [(f"{one['scope']}/providers/Microsoft.Authorization/roleAssignments/{id_}", "") for id_, one in ours]
    entries = [
        (vault(one["name"]), entry["objectId"])
        for one in world["vaults"].values()
        for entry in one["properties"]["accessPolicies"]
    ]
    return [*roles, *entries]


def principals(emulator: Emulator) -> dict[str, str]:
    """Return the principals of the identities that there are, named as in `Case.users`."""
    world: Json = json.loads(json.dumps(emulator.snapshot()))
    own = {f"system {one['name']}": one["system_principal"] for one in world["tasks"].values()}
    found = own | {one["name"]: one["principal_id"] for one in world["identities"].values()}
    return {name: principal for name, principal in found.items() if principal}


def allowed(emulator: Emulator, principal: str, name: str) -> dict[str, set[str]]:
    """Return for what the registry gives a token to somebody, by repository; `catalog` stands for the list of all."""
    host = f"{name}.azurecr.io"
    arm = emulator.token(principal)
    refresh = _form(emulator, f"{host}/oauth2/exchange", grant_type="access_token", service=host, access_token=arm)
    asked = [f"repository:{one}:pull,push,delete,metadata_read,metadata_write" for one in REPOSITORIES]
    scope = " ".join(["registry:catalog:*", *asked])
    held = {"grant_type": "refresh_token", "service": host, "refresh_token": refresh.get("refresh_token", "")}
    given = _form(emulator, f"{host}/oauth2/token", scope=scope, **held)
    found = _claims(given["access_token"])["access"] if given else []
    return {one["name"]: {*one["actions"]} for one in found if one["actions"]}


def readable(emulator: Emulator, principal: str, name: str) -> set[str]:
    """Return the secrets that a vault gives somebody."""
    token = emulator.token(principal, audience="https://vault.azure.net")
    headers = {"Authorization": f"Bearer {token}"}
    address = f"https://{name}.vault.azure.net/secrets"
    answers = {one: Request.to("GET", f"{address}/{one}?api-version=7.4", headers) for one in SECRETS}
    return {one for one, request in answers.items() if emulator.handle(request).status == 200}


def _form(emulator: Emulator, url: str, **fields: str) -> Json:
    reply = emulator.handle(Request.to("POST", f"https://{url}", {}, urlencode(fields).encode()))
    found: Json = json.loads(reply.body) if reply.status == 200 else {}
    return found


def _claims(token: str) -> Json:
    part = token.split(".")[1]
    found: Json = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found
