"""A service that holds secrets back in the details of a task: seen for what it is, and nothing is written over."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from acr_identity.changes import RegistryCredential, ReplaceTask, StatedIdentities
from acr_identity.errors import AzureError, UnsafePlanError
from acr_identity.state import (
    CustomLogin,
    DockerStep,
    EncodedStep,
    MaskedLogin,
    SourceTriggerSettings,
    TaskSettings,
    Value,
)
from sdk.places import TASK
from sdk.wire import Answer, always, in_turn, refusal

if TYPE_CHECKING:
    from sdk.places import GatewayTo
    from sdk.wire import Json

BECAUSE = "Azure holds secrets back in the details of the task"
SOURCE: dict[str, Any] = {
    "name": "push",
    "sourceTriggerEvents": ["commit"],
    "sourceRepository": {
        "sourceControlType": "Github",
        "repositoryUrl": "https://github.com/o/r",
        "sourceControlAuthProperties": {"tokenType": "PAT", "token": "t"},
    },
}
WHOLE: dict[str, Any] = {
    "location": "eastus",
    "properties": {
        "platform": {"os": "Linux"},
        "step": {
            "type": "EncodedTask",
            "encodedTaskContent": "dgo=",
            "contextPath": "https://git.example/r.git",
            "contextAccessToken": "t",
            "values": [
                {"name": "Key", "value": "k", "isSecret": True},
                {"name": "Open", "value": "", "isSecret": False},
            ],
        },
        "trigger": {
            "sourceTriggers": [SOURCE],
            "baseImageTrigger": {
                "name": "base",
                "baseImageTriggerType": "Runtime",
                "updateTriggerEndpoint": "https://user:password@hook.example",
                "updateTriggerPayloadType": "Token",
            },
        },
        "credentials": {
            "customRegistries": {
                "Theirs.io": {
                    "userName": {"type": "Opaque", "value": "u"},
                    "password": {"type": "Opaque", "value": "p"},
                },
                "base.azurecr.io": {"identity": "[system]"},
            }
        },
    },
}
DOCKER: Json = {
    "type": "Docker",
    "dockerFilePath": "Dockerfile",
    "arguments": [
        {"name": "Open", "value": "***", "isSecret": False},
        {"name": "Hidden", "value": None, "isSecret": True},
        {"name": "Shown", "value": "s", "isSecret": True},
    ],
}
LOGIN = ("credentials", "customRegistries", "Theirs.io")
TOKEN = ("trigger", "sourceTriggers", 0, "sourceRepository", "sourceControlAuthProperties")
ENDPOINT = ("trigger", "baseImageTrigger", "updateTriggerEndpoint")
INSTEAD: tuple[Json, ...] = (None, "", "***", "abc***")
NOT_SHOWN = ("left out", *INSTEAD)
MARKED: list[tuple[tuple[str | int, ...], Json, str]] = [
    *((("step", "values", 0, "value"), text, "step.values[Key]") for text in NOT_SHOWN),
    (("step",), DOCKER, "step.arguments[Hidden]"),
    (LOGIN, {"password": {"type": "Opaque", "value": "p"}}, "credentials[theirs.io].user_name"),
    *(((*LOGIN, "password", "value"), text, "credentials[theirs.io].password") for text in NOT_SHOWN),
    *(((*LOGIN, "userName", "value"), text, "credentials[theirs.io].user_name") for text in NOT_SHOWN),
    *(((*LOGIN, "password"), text, "credentials[theirs.io].password") for text in ("left out", None)),
    (LOGIN, None, "credentials[theirs.io]"),
    (LOGIN, {}, "credentials[theirs.io]"),
    *(((*TOKEN, "token"), text, "sources[push].token") for text in NOT_SHOWN),
    *(((*TOKEN, "refreshToken"), text, "sources[push].token") for text in ("", "***")),
    *((("step", "contextAccessToken"), text, "step.token") for text in ("", "***")),
    *((ENDPOINT, text, "base_image.endpoint") for text in ("", "https://user:***@hook.example")),
]
MISSING: list[tuple[tuple[str | int, ...], Json, str]] = [
    *((TOKEN, login, "sources[push].token") for login in ("left out", None)),
    *((ENDPOINT, text, "base_image.endpoint") for text in ("left out", None)),
]


def details(place: tuple[str | int, ...] = (), instead: Json = None) -> dict[str, Any]:
    """Return the task with something else in one place."""
    body = copy.deepcopy(WHOLE)
    holder: Any = body["properties"]
    for name in place[:-1]:
        holder = holder[name]
    if place and instead == "left out":
        del holder[place[-1]]
    elif place:
        holder[place[-1]] = instead
    return body


def put(settings: TaskSettings | None = None, *credentials: RegistryCredential) -> ReplaceTask:
    return ReplaceTask(
        id=TASK,
        settings=settings or TaskSettings(),
        identities=StatedIdentities(system=True),
        credentials=credentials,
        tags=(),
        fields=(),
        reason="why",
    )


def test_details_that_show_everything_hide_nothing(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer(details())))
    task = gateway.task(TASK)
    assert task is not None
    assert (task.details_seen, task.hidden, task.unseen_because) == (True, (), "")


@pytest.mark.parametrize(
    ("place", "instead"),
    [
        ((*TOKEN, "refreshToken"), "r"),
        (LOGIN, {"identity": "[system]"}),
        (("step", "contextAccessToken"), "left out"),
        (("step", "values"), "left out"),
        (("trigger", "baseImageTrigger"), "left out"),
        (("trigger", "baseImageTrigger", "updateTriggerPayloadType"), "Default"),
        (("trigger", "sourceTriggers"), None),
        (("trigger",), None),
        (("step",), None),
        (("credentials",), None),
        (("credentials", "customRegistries"), None),
    ],
)
def test_what_need_not_be_there_or_is_shown_is_not_hidden(
    gateway_to: GatewayTo, place: tuple[str | int, ...], instead: Json
) -> None:
    gateway, _ = gateway_to(always(Answer(details(place, instead))))
    task = gateway.task(TASK)
    assert task is not None
    assert (task.details_seen, task.hidden, task.unseen_because) == (True, (), "")


def test_an_endpoint_that_has_no_token_may_be_left_out(gateway_to: GatewayTo) -> None:
    body = details(ENDPOINT, None)
    body["properties"]["trigger"]["baseImageTrigger"]["updateTriggerPayloadType"] = "Default"
    gateway, _ = gateway_to(always(Answer(body)))
    task = gateway.task(TASK)
    assert task is not None
    assert task.hidden == ()


def test_all_that_is_hidden_is_named_in_order_whatever_replaces_it(gateway_to: GatewayTo) -> None:
    body = details(("step", "values", 0, "value"), "***")
    body["properties"]["credentials"]["customRegistries"]["Theirs.io"]["password"]["value"] = ""
    source = body["properties"]["trigger"]["sourceTriggers"][0]["sourceRepository"]
    source["sourceControlAuthProperties"]["token"] = "***"
    body["properties"]["trigger"]["baseImageTrigger"]["updateTriggerEndpoint"] = None
    seen, _ = gateway_to(always(Answer(body)))
    task = seen.task(TASK)
    assert task is not None
    paths = ("base_image.endpoint", "credentials[theirs.io].password", "sources[push].token", "step.values[Key]")
    assert task.hidden == paths
    gateway, wire = gateway_to(always(Answer(body)))
    with pytest.raises(UnsafePlanError) as caught:
        gateway.replace_task(put(TaskSettings(step=EncodedStep("w"))), {})
    (reason,) = caught.value.reasons
    assert reason == f"writing task hello anew would lose what Azure does not show: {', '.join(paths)}"
    assert wire.lines == [f"POST {TASK}/listDetails"]


@pytest.mark.parametrize(("place", "instead", "path"), MARKED, ids=[f"{path} {text!r}" for _, text, path in MARKED])
def test_what_stands_in_the_place_of_a_secret_is_no_secret_and_says_that_not_all_is_shown(
    gateway_to: GatewayTo, place: tuple[str | int, ...], instead: Json, path: str
) -> None:
    gateway, _ = gateway_to(always(Answer(details(place, instead))))
    task = gateway.task(TASK)
    assert task is not None
    assert (task.details_seen, task.hidden, task.unseen_because) == (False, (path,), BECAUSE)
    assert "***" not in repr([one.get_secret_value() for one in secrets_in(task.settings, task.logins["theirs.io"])])


def secrets_in(settings: TaskSettings, login: object) -> list[SecretStr]:
    """Return all secrets that were taken for real."""
    step = settings.step
    assert isinstance(step, EncodedStep | DockerStep)
    values = [value.value for value in (step.arguments if isinstance(step, DockerStep) else step.values) or ()]
    tokens = [source.token for source in settings.sources or ()]
    parts = [login.user_name, login.password] if isinstance(login, CustomLogin) else []
    assert isinstance(login, CustomLogin | MaskedLogin)
    return [one for one in (*values, *tokens, *parts, step.token) if isinstance(one, SecretStr)]


@pytest.mark.parametrize(("place", "instead", "path"), MISSING, ids=[f"{path} {text!r}" for _, text, path in MISSING])
def test_what_must_be_there_and_is_not_mentioned_is_hidden(
    gateway_to: GatewayTo, place: tuple[str | int, ...], instead: Json, path: str
) -> None:
    gateway, _ = gateway_to(always(Answer(details(place, instead))))
    task = gateway.task(TASK)
    assert task is not None
    assert (task.details_seen, task.hidden) == (True, (path,))


@pytest.mark.parametrize(("place", "instead", "path"), [*MARKED, *MISSING])
def test_a_task_whose_details_hide_something_is_not_written_anew(
    gateway_to: GatewayTo, place: tuple[str | int, ...], instead: Json, path: str
) -> None:
    gateway, wire = gateway_to(always(Answer(details(place, instead))))
    with pytest.raises(UnsafePlanError) as caught:
        gateway.replace_task(put(), {})
    assert caught.value.reasons == (f"writing task hello anew would lose what Azure does not show: {path}",)
    assert caught.value.advice == (
        "Nothing was written. Make this change by hand, or as somebody to whom Azure shows it."
    )
    assert wire.lines == [f"POST {TASK}/listDetails"]


def test_a_token_that_is_not_mentioned_and_is_given_anew_is_not_lost(gateway_to: GatewayTo) -> None:
    trigger = SourceTriggerSettings("push", "https://github.com/o/r", "main", ("commit",), "Github", SecretStr("new"))
    gateway, wire = gateway_to(in_turn(Answer(details(TOKEN, None)), Answer(details())))
    gateway.replace_task(put(TaskSettings(sources=(trigger,))), {})
    assert wire.lines == [f"POST {TASK}/listDetails", f"PUT {TASK}"]


def test_a_plain_value_may_be_empty(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer(details())))
    task = gateway.task(TASK)
    assert task is not None
    assert isinstance(task.settings.step, EncodedStep)
    assert task.settings.step.values == (Value("Key", SecretStr("k")), Value("Open", ""))


LOCKED = "The scope 's' cannot perform write operation because following scope(s) are locked: '/a,/b'. Please remove."


@pytest.mark.parametrize(
    ("answer", "because"),
    [
        (refusal(403, "AuthorizationFailed"), ""),
        (refusal(409, "ScopeLocked", LOCKED), "a read-only lock on /a and /b forbids it"),
        (refusal(409, "ScopeLocked"), "a read-only lock on a scope above it forbids it"),
        (refusal(409, "ReadOnlyDisabledSubscription"), "the subscription is disabled"),
        (refusal(403, "ReadOnlyDisabledSubscription"), "the subscription is disabled"),
    ],
)
def test_where_details_are_refused_for_good_the_rest_is_read(
    gateway_to: GatewayTo, answer: Answer, because: str
) -> None:
    gateway, wire = gateway_to(in_turn(answer, Answer(details(LOGIN, None))))
    task = gateway.task(TASK)
    assert task is not None
    assert (task.details_seen, task.hidden, task.unseen_because) == (False, (), because)
    assert wire.lines == [f"POST {TASK}/listDetails", f"GET {TASK}"]


@pytest.mark.parametrize("answer", [refusal(409, "Conflict"), refusal(412, "Changed"), refusal(400, "Bad")])
def test_another_refusal_of_details_is_no_reason_to_read_less(gateway_to: GatewayTo, answer: Answer) -> None:
    gateway, wire = gateway_to(always(answer))
    with pytest.raises(AzureError):
        gateway.task(TASK)
    assert wire.lines == [f"POST {TASK}/listDetails"]


def test_a_task_that_is_gone_is_none_below_a_lock_too(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(in_turn(refusal(409, "ScopeLocked"), refusal(404, "ResourceNotFound")))
    assert gateway.task(TASK) is None
