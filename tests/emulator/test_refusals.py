"""What the emulator refuses or hides as a whole: locked scopes, a disabled subscription, tokens, details."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator, ManualClock, Settings, World
from acr_identity.emulator.kernel.settings import Shown
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import GROUP, SUBSCRIPTION, TASKS, Cloud, CloudMaker, content, error_of, part, task_body, the_world

TASK = f"{TASKS}/mytask"
LOCK = f"{GROUP}/providers/Microsoft.Authorization/locks/kept"
REPOSITORY = "https://github.com/o/r.git"


def source(token: str | None) -> JsonObject:
    """A trigger by commits, with a token or without."""
    repository: JsonObject = {"sourceControlType": "Github", "repositoryUrl": REPOSITORY, "branch": "main"}
    if token is not None:
        repository["sourceControlAuthProperties"] = {"tokenType": "OAuth", "token": token, "refreshToken": token}
    return {"name": "commits", "sourceTriggerEvents": ["commit"], "sourceRepository": repository}


def with_source(token: str | None) -> JsonObject:
    return task_body(trigger={"sourceTriggers": [source(token)]})


def changed(change: JsonObject) -> Cloud:
    """An emulator whose world is another one in these keys."""
    world = World.model_validate({**the_world().model_dump(), **change})
    return Cloud(Emulator(world, clock=ManualClock()))


def test_a_read_only_lock_stops_list_details_as_it_stops_list_keys(cloud: Cloud) -> None:
    cloud.send("PUT", TASK, task_body())
    cloud.send("PUT", LOCK, {"properties": {"level": "ReadOnly"}}, version="2020-05-01")
    reply = cloud.send("POST", f"{TASK}/listDetails")
    assert error_of(reply) == (409, "ScopeLocked")
    assert part(content(reply), "error")["message"] == (
        f"The scope '{TASK}' cannot perform write operation because following scope(s) are locked: '{GROUP}'. "
        "Please remove the lock and try again."
    )
    assert cloud.send("GET", TASK).status == 200


def test_a_disabled_subscription_lets_nothing_be_made_or_changed() -> None:
    cloud = changed({"disabled": True})
    for method, path in (("PUT", TASK), ("POST", f"{TASK}/listDetails")):
        reply = cloud.send(method, path, task_body() if method == "PUT" else None)
        assert error_of(reply) == (409, "ReadOnlyDisabledSubscription")
        assert part(content(reply), "error")["message"] == (
            f"The subscription '{SUBSCRIPTION}' is disabled and therefore marked as read only. You cannot perform any "
            "write actions on this subscription until it is re-enabled."
        )
    assert cloud.read(f"/subscriptions/{SUBSCRIPTION}", version="2022-12-01")["state"] == "Disabled"


@pytest.mark.parametrize("token", ["another", None])
def test_a_token_that_may_make_no_webhook_is_refused(token: str | None) -> None:
    cloud = changed({"git_tokens": ["may-make-webhooks"]})
    refused = part(content(cloud.send("PUT", TASK, with_source(token))), "error")
    assert (refused["code"], refused["target"]) == ("ProviderCall", "GitHub")
    assert refused["message"] == (
        f"Failed to create webhook for repository: '{REPOSITORY}'. For more information on how to create source "
        "triggers see the tutorial https://aka.ms/acr/tasks/tutorial-git-trigger.. InnerErrors: Request:"
    )
    assert cloud.send("GET", TASK).status == 404


def test_a_token_that_may_make_webhooks_is_taken_and_checked_again_when_it_changes() -> None:
    cloud = changed({"git_tokens": ["may-make-webhooks"]})
    assert cloud.send("PUT", TASK, with_source("may-make-webhooks")).status == 200
    patch: JsonObject = {"properties": {"trigger": {"sourceTriggers": [source("another")]}}}
    assert error_of(cloud.send("PATCH", TASK, patch)) == (409, "ProviderCall")


def test_without_a_list_of_tokens_every_token_makes_webhooks(cloud: Cloud) -> None:
    assert cloud.send("PUT", TASK, with_source("any")).status == 200


SECRETS: JsonObject = {
    "step": {
        "type": "FileTask",
        "taskFilePath": "task.yaml",
        "contextPath": REPOSITORY,
        "contextAccessToken": "planted",
        "values": [
            {"name": "open", "value": "1", "isSecret": False},
            {"name": "closed", "value": "planted", "isSecret": True},
        ],
    },
    "trigger": {
        "sourceTriggers": [source("planted")],
        "baseImageTrigger": {"name": "base", "baseImageTriggerType": "All", "updateTriggerEndpoint": "https://planted"},
    },
    "credentials": {
        "customRegistries": {
            "docker.io": {"userName": {"type": "Opaque", "value": "planted"}},
            "base.azurecr.io": {"identity": "[system]"},
        }
    },
}


@pytest.mark.parametrize(
    ("shown", "value", "login"),
    [
        ("without_value", {}, {"userName": {"type": "Opaque"}}),
        ("null", {"value": None}, {"userName": {"type": "Opaque", "value": None}}),
        ("empty", {"value": ""}, {"userName": {"type": "Opaque", "value": ""}}),
        ("stars", {"value": "***"}, {"userName": {"type": "Opaque", "value": "***"}}),
        ("as_get", None, None),
    ],
)
def test_details_hide_secrets_in_the_way_that_is_set(
    make_cloud: CloudMaker, shown: Shown, value: JsonObject | None, login: Json
) -> None:
    cloud = make_cloud(Settings(secrets_in_details=shown))
    body = task_body()
    body["properties"] = {**part(body, "properties"), **SECRETS}
    cloud.send("PUT", TASK, body)
    reply = cloud.send("POST", f"{TASK}/listDetails")
    properties = part(content(reply), "properties")
    hidden: list[JsonObject] = [] if value is None else [{"name": "closed", "isSecret": True, **value}]
    assert part(properties, "step")["values"] == [{"name": "open", "value": "1", "isSecret": False}, *hidden]
    assert part(properties, "credentials", "customRegistries")["docker.io"] == login
    assert b"planted" not in reply.body
    kept = part(cloud.emulator.snapshot(), "tasks", TASK.lower(), "properties")
    assert str(kept).count("planted") == 6
