from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from acr_identity.errors import AzureError, ConflictError, NotAuthorisedError
from acr_identity.state import LiveRun, LogChunk, LogEnd, PushedImage, Value
from sdk.places import REGISTRY, TASK, TASKS_VERSION
from sdk.wire import Answer, Sent, always, in_turn, refusal

if TYPE_CHECKING:
    from sdk.places import GatewayTo
    from sdk.wire import Json

BLOB = "https://logs.blob.core.windows.net/acrlogs/cf1/rawtext.log"
ADDRESS = f"{BLOB}?sv=2024-01-01&sr=b&sig=SIGNATURE%2Bx%3D&se=2027&sp=r"


def sent(method: str, path: str, query: dict[str, str], body: Json = None) -> Sent:
    return Sent(method, "management.azure.com", path, query, body, {})


def test_a_run_is_queued_with_values_that_override(gateway_to: GatewayTo) -> None:
    reply: Json = {"properties": {"runId": "cf1", "status": "Queued", "provisioningState": "Succeeded"}}
    gateway, wire = gateway_to(always(Answer(reply)))

    run = gateway.schedule(TASK, [Value("a", "1"), Value("b", SecretStr("2"))])

    assert run == LiveRun(REGISTRY, "cf1", "Queued")
    values: Json = [{"name": "a", "value": "1", "isSecret": False}, {"name": "b", "value": "2", "isSecret": True}]
    body: Json = {"type": "TaskRunRequest", "taskId": str(TASK), "overrideTaskStepProperties": {"values": values}}
    assert wire.only == sent("POST", f"{REGISTRY}/scheduleRun", TASKS_VERSION, body)


def test_a_run_without_values_overrides_nothing(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer({"properties": {"runId": "cf1"}})))

    assert gateway.schedule(TASK, []) == LiveRun(REGISTRY, "cf1", "Queued")
    assert wire.only.body == {"type": "TaskRunRequest", "taskId": str(TASK)}


def test_a_run_is_not_queued_twice_after_a_fault_of_the_service(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(refusal(503, "ServerBusy")))

    with pytest.raises(AzureError, match="503 ServerBusy"):
        gateway.schedule(TASK, [])
    assert len(wire.sent) == 1


def test_a_run_that_was_refused_for_a_moment_is_asked_for_again(gateway_to: GatewayTo, pauses: list[float]) -> None:
    busy = refusal(429, "TooManyRequests", headers={"Retry-After": "7"})
    gateway, wire = gateway_to(in_turn(busy, Answer({"properties": {"runId": "cf1"}})))

    assert gateway.schedule(TASK, []).run_id == "cf1"
    assert len(wire.sent) == 2
    assert sum(pauses) >= 7


def test_a_run_is_read_with_its_images_and_error(gateway_to: GatewayTo) -> None:
    image: Json = {"registry": "a.azurecr.io", "repository": "hello", "tag": "1", "digest": "sha256:00"}
    properties: Json = {
        "runId": "cf1",
        "status": "Failed",
        "task": "hello",
        "runErrorMessage": "failed during run, err: exit status 1",
        "outputImages": [image],
        "customRegistries": ["base.azurecr.io"],
        "createTime": "2026-09-01T00:00:00.1234567+00:00",
    }
    gateway, wire = gateway_to(always(Answer({"name": "cf1", "properties": properties})))

    assert gateway.run(REGISTRY, "cf1") == LiveRun(
        registry=REGISTRY,
        run_id="cf1",
        status="Failed",
        task="hello",
        error="failed during run, err: exit status 1",
        images=(PushedImage("a.azurecr.io", "hello", "1", "sha256:00"),),
        logged_in=("base.azurecr.io",),
    )
    assert wire.only == sent("GET", f"{REGISTRY}/runs/cf1", TASKS_VERSION)


def test_the_newest_run_is_the_first_of_a_list_of_one(gateway_to: GatewayTo) -> None:
    more = "https://management.azure.com/never-asked-for"
    gateway, wire = gateway_to(always(Answer({"value": [{"properties": {"runId": "cf9"}}], "nextLink": more})))

    assert gateway.latest_run(TASK) == LiveRun(REGISTRY, "cf9", "Queued")
    query = {"$filter": "TaskName eq 'hello'", "$top": "1", **TASKS_VERSION}
    assert wire.only == sent("GET", f"{REGISTRY}/runs", query)


def test_a_task_that_never_ran_has_no_newest_run(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer({"value": []})))

    assert gateway.latest_run(TASK) is None


def test_cancelling_is_a_post(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer()))

    gateway.cancel(REGISTRY, "cf1")

    assert wire.only == sent("POST", f"{REGISTRY}/runs/cf1/cancel", TASKS_VERSION)


def test_a_run_that_has_ended_need_not_be_cancelled(gateway_to: GatewayTo) -> None:
    ended = Answer({"properties": {"runId": "cf1", "status": "Succeeded"}})
    gateway, wire = gateway_to(in_turn(refusal(409, "RunEnded"), ended))

    gateway.cancel(REGISTRY, "cf1")

    assert [sent.method for sent in wire.sent] == ["POST", "GET"]


def test_a_run_that_goes_on_was_not_cancelled(gateway_to: GatewayTo) -> None:
    running = Answer({"properties": {"runId": "cf1", "status": "Running"}})
    gateway, _ = gateway_to(in_turn(refusal(409, "Busy"), running))

    with pytest.raises(ConflictError, match="cannot cancel run cf1: 409 Busy"):
        gateway.cancel(REGISTRY, "cf1")


def test_the_address_of_a_log_is_given_as_it_is(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer({"logLink": ADDRESS})))

    assert gateway.log_address(REGISTRY, "cf1") == ADDRESS
    assert wire.only == sent("POST", f"{REGISTRY}/runs/cf1/listLogSasUrl", TASKS_VERSION)


def test_an_answer_without_an_address_is_an_error(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer({})))

    with pytest.raises(AzureError, match="cannot find the log of run cf1"):
        gateway.log_address(REGISTRY, "cf1")


def partly(data: bytes, first: int, total: int, word: str | None = None) -> Answer:
    headers = {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{total}"}
    if word is not None:
        headers["X-Ms-Meta-COMPLETE"] = word
    return Answer(data, 206, headers)


@pytest.mark.parametrize(
    ("offset", "answer", "chunk"),
    [
        (0, Answer(b"<Error/>", 404), LogChunk(b"")),
        (0, partly(b"abc", 0, 3), LogChunk(b"abc")),
        (2, partly(b"cd", 2, 4, "Succeeded"), LogChunk(b"cd", LogEnd("succeeded"))),
        (2, partly(b"cd", 2, 5, "failed"), LogChunk(b"cd")),
        (0, partly(b"abc", 0, 3, ""), LogChunk(b"abc", LogEnd(""))),
        (2, Answer(b"abcd", 200), LogChunk(b"cd")),
        (2, Answer(b"abcd", 200, {"x-ms-meta-complete": "Failed"}), LogChunk(b"cd", LogEnd("failed"))),
    ],
)
def test_a_log_is_read_from_an_offset(gateway_to: GatewayTo, offset: int, answer: Answer, chunk: LogChunk) -> None:
    gateway, wire = gateway_to(always(answer))

    assert gateway.read_log(ADDRESS, offset) == chunk
    query = {"sv": "2024-01-01", "sr": "b", "sig": "SIGNATURE+x=", "se": "2027", "sp": "r"}
    assert wire.only == Sent("GET", "logs.blob.core.windows.net", "/acrlogs/cf1/rawtext.log", query, None, {})
    assert wire.only.headers["x-ms-range"] == f"bytes={offset}-"
    assert "authorization" not in wire.only.headers


@pytest.mark.parametrize(
    ("properties", "chunk"),
    [
        (Answer(b"", 200, {"Content-Length": "4"}), LogChunk(b"")),
        (Answer(b"", 200, {"Content-Length": "4", "x-ms-meta-Complete": "Failed"}), LogChunk(b"", LogEnd("failed"))),
        (Answer(b"", 200, {"Content-Length": "9", "x-ms-meta-Complete": "Failed"}), LogChunk(b"")),
        (Answer(b"", 404), LogChunk(b"")),
    ],
)
def test_behind_the_last_byte_the_blob_is_asked_whether_it_is_complete(
    gateway_to: GatewayTo, properties: Answer, chunk: LogChunk
) -> None:
    gateway, wire = gateway_to(in_turn(Answer(b"<Error/>", 416), properties))

    assert gateway.read_log(ADDRESS, 4) == chunk
    assert [each.method for each in wire.sent] == ["GET", "HEAD"]


def test_an_address_that_has_run_out_is_refused_without_showing_it(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer(b"<Error/>", 403, {"x-ms-error-code": "AuthenticationFailed"})))

    with pytest.raises(NotAuthorisedError, match="403 AuthenticationFailed") as caught:
        gateway.read_log(ADDRESS, 0)

    error = caught.value
    assert error.advice == "The address of the log has run out: ask for the log again."
    assert error.resource == "logs.blob.core.windows.net/acrlogs/cf1/rawtext.log"


@pytest.mark.parametrize("address", ["https://[", "https://[::1/?sig=hush", "https://h\u2100/?sig=hush", "ftp://h", ""])
def test_an_address_of_a_log_that_is_none_is_not_asked(gateway_to: GatewayTo, address: str) -> None:
    gateway, wire = gateway_to(always(Answer(b"abc")))

    with pytest.raises(AzureError, match=r"cannot read the log .*: the answer cannot be read") as caught:
        gateway.read_log(address, 0)
    assert (wire.sent, "hush" in f"{caught.value!r} {caught.value.__cause__!r}") == ([], False)


def test_an_address_that_is_not_https_is_not_asked(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer(b"abc")))

    with pytest.raises(AzureError, match="cannot read the log"):
        gateway.read_log(ADDRESS.replace("https", "http"), 0)
    assert wire.sent == []
