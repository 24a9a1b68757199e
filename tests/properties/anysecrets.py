"""Any task in which others keep secrets, and any spec that has something to say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

from acr_identity.emulator import Caller, Emulator, ManualClock, Settings, World
from acr_identity.emulator.kernel.settings import Shown
from acr_identity.emulator.kernel.wire import Json, JsonObject
from acr_identity.ids import CREATED, MARK_TAG
from acr_identity.spec import Spec
from flows.flows import TASKS_VERSION, ask

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
TASK = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/sourceone/tasks/task-one"
REPOSITORY = "https://github.com/team/repo.git"
ENVIRONMENT = {"SPEC_SECRET": "what-the-spec-has", "SPEC_USER": "user-of-the-spec"}
FROM_ENVIRONMENT: JsonObject = {"env": "SPEC_SECRET"}
RIGHTS_BUT_DETAILS = (
    "*/read",
    "Microsoft.ContainerRegistry/registries/tasks/write",
    "Microsoft.ContainerRegistry/registries/tasks/delete",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
)
WORLD = World.model_validate(
    {"subscription": SUBSCRIPTION, "resource_groups": {"rg": {}}, "registries": {"sourceone": {}, "baseone": {}}}
)

Entry: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True)
class Theirs:
    """A task with secrets of others. `secrets` has the text of each by the path that a plan gives it."""

    body: JsonObject
    secrets: Mapping[str, str]


@dataclass(frozen=True)
class Hiding:
    """Who hides the secrets: the service in some way, or the want of a right; `whole` is nobody."""

    shown: Shown = "whole"
    has_right: bool = True

    @property
    def hides(self) -> bool:
        return self.shown != "whole" or not self.has_right

    def begin(self) -> Emulator:
        return Emulator(WORLD, clock=ManualClock(), settings=Settings(secrets_in_details=self.shown))

    def caller(self, emulator: Emulator) -> Caller | None:
        return None if self.has_right else emulator.caller(RIGHTS_BUT_DETAILS)


HIDERS = tuple(Hiding(shown) for shown in ("without_value", "null", "empty", "stars", "as_get"))
ANYBODY = (Hiding(), *HIDERS, Hiding(has_right=False))


def put_theirs(emulator: Emulator, theirs: Theirs) -> None:
    """Make the task as others do."""
    ask(emulator, "PUT", TASK, theirs.body, version=TASKS_VERSION)


def kept(emulator: Emulator, theirs: Theirs) -> set[str]:
    """Return the paths of the secrets that are still in the task."""
    tasks = emulator.snapshot()["tasks"]
    text = json.dumps(tasks.get(TASK.lower()) if isinstance(tasks, dict) else None)
    return {path for path, secret in theirs.secrets.items() if f'"{secret}"' in text}


@st.composite
def any_theirs(draw: st.DrawFn, *, ours: bool) -> Theirs:
    """Return a task with secrets of others in some of the places where there can be any, and always a password.

    A service that leaves secrets out gives itself away by the password; without one, nobody could tell.
    """
    places = draw(st.sets(st.sampled_from(["value", "named", "token", "source", "endpoint"])))
    secrets: dict[str, str] = {}

    def secret(path: str) -> str:
        return secrets.setdefault(path, f"secret of others {len(secrets)}")

    step = draw(st.sampled_from(STEPS))
    name = "arguments" if step["type"] == "Docker" else "values"
    values: list[Json] = [{"name": "Plain", "value": "seen", "isSecret": False}]
    values += [
        {"name": one, "value": secret(f"step.{name}[{one}]"), "isSecret": True}
        for place, one in (("value", "Theirs"), ("named", "Shared"))
        if place in places
    ]
    body: dict[str, Json] = {**step, name: values}
    if "token" in places:
        body |= {"contextPath": REPOSITORY, "contextAccessToken": secret("step.token")}
    servers = draw(st.sampled_from([("theirs.example",), ("theirs.example", "docker.io")]))
    logins: dict[str, Json] = {server: _login(server, secret) for server in servers}
    properties: JsonObject = {
        "platform": {"os": "linux", "architecture": "amd64"},
        "status": draw(st.sampled_from(["Enabled", "Disabled"])),
        "step": body,
        "trigger": dict(_triggers(draw, places, secret)),
        "credentials": {"customRegistries": logins},
    }
    tags: JsonObject = {MARK_TAG: CREATED} if ours else {"team": "theirs"}
    return Theirs({"location": "eastus", "tags": tags, "properties": properties}, secrets)


def _login(server: str, secret: object) -> JsonObject:
    assert callable(secret)
    user: JsonObject = {"type": "Opaque", "value": secret(f"credentials[{server}].user_name")}
    password: JsonObject = {"type": "Opaque", "value": secret(f"credentials[{server}].password")}
    return {"userName": user, "password": password}


def _triggers(draw: st.DrawFn, places: set[str], secret: object) -> Iterator[tuple[str, Json]]:
    assert callable(secret)
    if draw(st.booleans()):
        yield "timerTriggers", [{"name": "theirs", "schedule": "9 9 * * *"}]
    if "source" in places:
        name = draw(st.sampled_from(["theirs", "shared"]))
        login: JsonObject = {"tokenType": "PAT", "token": secret(f"sources[{name}].token")}
        repository: JsonObject = {
            "sourceControlType": "VisualStudioTeamService",
            "repositoryUrl": REPOSITORY,
            "branch": "main",
            "sourceControlAuthProperties": login,
        }
        yield "sourceTriggers", [{"name": name, "sourceTriggerEvents": ["commit"], "sourceRepository": repository}]
    if "endpoint" in places:
        endpoint = {"updateTriggerEndpoint": secret("base_image.endpoint"), "updateTriggerPayloadType": "Token"}
        yield "baseImageTrigger", {"name": "theirs", "baseImageTriggerType": "Runtime", **endpoint}


STEPS: tuple[JsonObject, ...] = (
    {"type": "EncodedTask", "encodedTaskContent": "dmVyc2lvbjogdjEuMC4wCg=="},
    {"type": "FileTask", "taskFilePath": "task.yaml", "contextPath": REPOSITORY},
    {"type": "Docker", "dockerFilePath": "Dockerfile", "contextPath": REPOSITORY, "imageNames": ["a:1"]},
)


@st.composite
def any_spec(draw: st.DrawFn) -> Spec:
    """Return a spec of that task: any kind of step, and secrets in any place that a spec can name."""
    token = draw(st.sampled_from([{}, {"token": FROM_ENVIRONMENT}]))
    steps: tuple[Entry, ...] = (
        {"command": "bash date"},
        {"git": {"context": REPOSITORY, "file": "task.yaml", **token}},
        {"docker": {"context": REPOSITORY, "file": "Dockerfile", "images": "a:1", **token}},
    )
    step = draw(st.sampled_from(steps))
    named = draw(
        st.dictionaries(st.sampled_from(["Plain", "Shared", "New"]), st.sampled_from(["seen", FROM_ENVIRONMENT]))
    )
    docker = step.get("docker")
    task: dict[str, object] = (
        {"docker": {**docker, "arguments": named}} if isinstance(docker, dict) else {**step, "values": named}
    )
    source = {"repository": REPOSITORY, "token": FROM_ENVIRONMENT, "name": "shared"}
    login = {"user_name": {"env": "SPEC_USER"}, "password": FROM_ENVIRONMENT}
    optional: dict[str, object] = {
        "triggers": draw(
            st.sampled_from([None, {"timers": []}, {"timers": ["0 1 * * *"]}, {"sources": []}, {"sources": [source]}])
        ),
        "credentials": draw(st.sampled_from([None, {"docker.io": login}])),
        "timeout": draw(st.sampled_from([None, 600])),
        "pull": draw(st.sampled_from([None, ["baseone"]])),
    }
    task |= {key: value for key, value in optional.items() if value is not None}
    return Spec.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_group": "rg",
            "registries": {"sourceone": {}, "baseone": {}},
            "tasks": {"task-one": {"registry": "sourceone", "identity": "system", **task}},
        }
    )
