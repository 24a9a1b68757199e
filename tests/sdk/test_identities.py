"""User-assigned identities, of which a PUT says only afterwards whether there was one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from acr_identity.changes import CreateIdentity, UpdateIdentity
from acr_identity.errors import AzureError, ConflictError
from acr_identity.gateway import Learned
from acr_identity.state import Known, UserIdentity
from sdk.places import IDENTITIES_VERSION, IDENTITY
from sdk.wire import Answer, Sent, always, in_turn, refusal

if TYPE_CHECKING:
    from acr_identity.state import Principals
    from sdk.places import GatewayTo
    from sdk.wire import Json

BODY: Json = {"location": "eastus", "tags": {"a": "1"}, "properties": {"principalId": "p", "clientId": "c"}}
CREATED, FOUND = Answer(BODY, 201, {"Location": "/relative"}), Answer(BODY, 200)
CHANGE = CreateIdentity(IDENTITY, "eastus", (("Acr-Identity", "created"), ("a", "1")), "why")
PRINCIPALS: Principals = {UserIdentity(IDENTITY): Known("p", "c")}


def sent(method: str, body: Json) -> Sent:
    return Sent(method, "management.azure.com", str(IDENTITY), IDENTITIES_VERSION, body, {})


PUT = sent("PUT", {"location": "eastus", "tags": {"Acr-Identity": "created", "a": "1"}})
UNMARKED = sent("PATCH", {"tags": {"a": "1"}})


def test_an_identity_is_created_with_its_tags(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(CREATED))

    assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS)
    assert wire.sent == [PUT]


def test_tags_of_an_identity_are_one_patch(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer({"location": "eastus"})))

    assert gateway.make([UpdateIdentity(IDENTITY, (("a", "1"),), (), "why")], {}) == Learned()
    assert wire.sent == [UNMARKED]


def test_one_that_somebody_else_has_made_is_found_and_does_not_keep_our_mark(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(FOUND))

    assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS, found=True)
    assert wire.sent == [PUT, UNMARKED]


def test_one_of_somebody_else_is_not_ours_at_the_next_try_either(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(FOUND))

    for _ in range(2):
        assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS, found=True)
    assert wire.sent == [PUT, UNMARKED] * 2


def test_one_that_we_have_made_before_is_found_and_keeps_our_mark(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(in_turn(CREATED, FOUND))

    assert [gateway.make([CHANGE], {}) for _ in range(2)] == [Learned(PRINCIPALS), Learned(PRINCIPALS, found=True)]
    assert wire.sent == [PUT, PUT]


@pytest.mark.parametrize(
    "unclear", [refusal(500, "InternalServerError"), requests.ConnectionError()], ids=["a fault", "no answer"]
)
def test_one_that_an_earlier_attempt_of_the_request_may_have_made_is_ours(
    unclear: Answer | Exception, gateway_to: GatewayTo
) -> None:
    gateway, wire = gateway_to(in_turn(unclear, FOUND))

    assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS)
    assert wire.sent == [PUT, PUT]


def test_one_that_appears_while_azure_takes_no_requests_is_not_ours(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(in_turn(refusal(429, "TooManyRequests"), FOUND, FOUND))

    assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS, found=True)
    assert wire.sent == [PUT, PUT, UNMARKED]


def test_one_that_is_there_after_a_request_without_an_end_is_ours(gateway_to: GatewayTo) -> None:
    answers: list[Answer | Exception] = [requests.ConnectionError()]
    gateway, wire = gateway_to(lambda _: answers[0])
    with pytest.raises(AzureError):
        gateway.make([CHANGE], {})
    wire.sent.clear()
    answers[0] = FOUND

    assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS, found=True)
    assert wire.sent == [PUT]


def test_one_that_is_there_after_a_refusal_is_not_ours(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(in_turn(refusal(403, "AuthorizationFailed"), FOUND, FOUND))
    with pytest.raises(AzureError):
        gateway.make([CHANGE], {})

    assert gateway.make([CHANGE], {}) == Learned(PRINCIPALS, found=True)
    assert wire.sent == [PUT, PUT, UNMARKED]


def test_a_mark_that_cannot_be_taken_off_is_a_failure_that_says_so(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(in_turn(FOUND, refusal(403, "AuthorizationFailed")))
    with pytest.raises(ConflictError) as caught:
        gateway.make([CHANGE], {})

    assert (caught.value.message, caught.value.advice) == (
        f"identity {IDENTITY.name} was created by somebody else since the plan was made, and got our mark",
        "Take the tag acr-identity off it, or `destroy` deletes it; then plan again.",
    )
