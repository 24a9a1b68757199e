"""Tokens that the service refuses, seen on the wire."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from acr_identity.changes import AssignRole, EnableTask, Grantee
from acr_identity.errors import NotAuthorisedError
from acr_identity.gateway import Gateway
from acr_identity.ids import PUBLIC_CLOUD, Role
from acr_identity.sdk import connect
from acr_identity.state import Known, SystemIdentity
from sdk.places import REGISTRY, TASK, TENANT, VAULT
from sdk.wire import Answer, Credential, GivenToken, Sent, Wire, always, in_turn, refusal

if TYPE_CHECKING:
    from acr_identity.sdk import Token

GONE = refusal(404, "ResourceNotFound")
EXPIRED = refusal(
    401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."
)
CHALLENGE = refusal(
    401, "Unauthorized", headers={"WWW-Authenticate": 'Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="'}
)


class Renewing:
    """A credential that gives another token each time."""

    def __init__(self) -> None:
        self.claims: list[str | None] = []

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        del scopes, tenant_id
        self.claims.append(claims)
        return GivenToken(f"token-{len(self.claims)}", 4_000_000_000)


def tokens(wire: Wire) -> list[str]:
    return [sent.headers["authorization"].removeprefix("Bearer ") for sent in wire.sent]


def test_a_demand_for_claims_is_met_once_and_for_all() -> None:
    credential, wire = Renewing(), Wire(in_turn(CHALLENGE, GONE, GONE))

    with connect(PUBLIC_CLOUD, credential, transport_adapter=wire) as gateway:
        gateway.registry(REGISTRY)
        gateway.vault(VAULT)

    assert credential.claims == [None, '{"a":1}']
    assert tokens(wire) == ["token-1", "token-2", "token-2"]


ASSIGNMENT = AssignRole(REGISTRY, Role.ACR_PULL, Grantee(SystemIdentity(TASK), Known("p")), "", "")


@pytest.mark.parametrize(
    ("answer", "ask"),
    [
        pytest.param(GONE, lambda gateway: gateway.registry(REGISTRY), id="a question"),
        pytest.param(Answer({}, 201), lambda gateway: gateway.assign_role(ASSIGNMENT, {}), id="a role"),
        pytest.param(Answer({}), lambda gateway: gateway.enable_task(EnableTask(TASK, None, ""), {}), id="a task"),
        pytest.param(Answer({}), lambda gateway: gateway.add_vault_access(VAULT, TENANT, ["p"]), id="a vault"),
        pytest.param(Answer({"properties": {"runId": "cf1"}}), lambda gateway: gateway.schedule(TASK, []), id="a run"),
    ],
)
def test_a_token_that_has_run_out_is_fetched_anew_and_the_request_sent_once_more(
    answer: Answer, ask: Callable[[Gateway], object]
) -> None:
    wire = Wire(in_turn(EXPIRED, answer))

    with connect(PUBLIC_CLOUD, Renewing(), transport_adapter=wire) as gateway:
        ask(gateway)

    first, second = wire.sent
    assert first == second
    assert tokens(wire) == ["token-1", "token-2"]


@pytest.mark.parametrize(
    ("credential", "answer", "sent"),
    [
        pytest.param(Renewing(), EXPIRED, ["token-1", "token-2"], id="the new one too"),
        pytest.param(Credential(), EXPIRED, ["a-token"], id="there is no other"),
        pytest.param(Renewing(), refusal(401, "InvalidAuthenticationTokenTenant"), ["token-1"], id="of another tenant"),
    ],
)
def test_a_token_that_cannot_be_mended_is_an_error(
    credential: Renewing | Credential, answer: Answer, sent: list[str]
) -> None:
    wire = Wire(always(answer))

    with connect(PUBLIC_CLOUD, credential, transport_adapter=wire) as gateway, pytest.raises(NotAuthorisedError):
        gateway.registry(REGISTRY)

    assert tokens(wire) == sent


def test_threads_whose_token_runs_out_together_fetch_one_new_one() -> None:
    credential, together = Renewing(), Barrier(8)

    def reply(sent: Sent) -> Answer:
        if sent.headers["authorization"] == "Bearer token-1":
            together.wait()
            return EXPIRED
        return GONE

    wire = Wire(reply)
    with connect(PUBLIC_CLOUD, credential, transport_adapter=wire) as gateway, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: gateway.registry(REGISTRY), range(8)))

    assert found == [None] * 8
    assert sorted(tokens(wire)) == ["token-1"] * 8 + ["token-2"] * 8
    assert len(credential.claims) == 2
