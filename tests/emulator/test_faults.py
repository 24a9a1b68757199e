from __future__ import annotations

import pytest
import requests
from azure.core.exceptions import HttpResponseError, ServiceResponseError
from azure.mgmt.msi.models import Identity

from acr_identity.emulator import Fault
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.clouds import IDENTITIES, Cloud, error_of

VERSION = "2024-11-30"


def statuses(cloud: Cloud, count: int, method: str = "GET") -> list[int]:
    body: JsonObject | None = {"location": "eastus"} if method == "PUT" else None
    path = f"{IDENTITIES}/existingid"
    return [cloud.send(method, path, body, version=VERSION).status for _ in range(count)]


def put_mine(cloud: Cloud) -> None:
    identities = cloud.identities.user_assigned_identities
    identities.create_or_update("myResourceGroup", "mine", Identity(location="eastus"))


def test_a_fault_strikes_as_often_as_it_says_after_as_many_as_it_says(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault("GET", "userAssignedIdentities", times=2, after=1, status=503, code="Busy"))
    assert statuses(cloud, 5) == [200, 503, 503, 200, 200]
    assert [record.status for record in cloud.emulator.requests] == [200, 503, 503, 200, 200]


def test_a_fault_concerns_its_verb_and_path_only(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault("PUT", "userassignedidentities/existingid$"))
    assert statuses(cloud, 1) == [200]
    assert statuses(cloud, 2, "PUT") == [500, 200]


def test_faults_are_tried_in_their_order_and_can_be_taken_away(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(status=429, code="SubscriptionRequestsThrottled", headers=(("Retry-After", "1"),)))
    cloud.emulator.faults.add(Fault(status=503, times=5))
    first = cloud.send("GET", f"{IDENTITIES}/existingid", version=VERSION)
    assert (error_of(first), first.header("retry-after")) == ((429, "SubscriptionRequestsThrottled"), "1")
    assert statuses(cloud, 1) == [503]
    cloud.emulator.faults.clear()
    assert statuses(cloud, 1) == [200]


def test_a_connection_that_is_cut_before_leaves_nothing_done(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault("PUT", disconnect="before"))
    with pytest.raises(ServiceResponseError):
        cloud.identities.user_assigned_identities.create_or_update(
            "myResourceGroup", "mine", Identity(location="eastus")
        )
    assert cloud.send("GET", f"{IDENTITIES}/mine", version=VERSION).status == 404
    assert cloud.emulator.requests[0].status == 0


def test_a_connection_that_is_cut_after_leaves_it_done(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault("PUT", disconnect="after"))
    with pytest.raises(ServiceResponseError):
        cloud.identities.user_assigned_identities.create_or_update(
            "myResourceGroup", "mine", Identity(location="eastus")
        )
    assert cloud.send("GET", f"{IDENTITIES}/mine", version=VERSION).status == 200


def test_the_sdk_sees_a_fault_as_the_service_would_send_it(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(status=409, code="Conflict", message="Another operation is in progress."))
    with pytest.raises(HttpResponseError) as caught:
        cloud.identities.user_assigned_identities.get("myResourceGroup", "existingid")
    assert caught.value.error is not None
    assert (caught.value.error.code, caught.value.error.message) == ("Conflict", "Another operation is in progress.")


def test_a_path_that_is_no_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="must be a regular expression"):
        Fault(path="(")


def test_a_session_reaches_no_other_host(cloud: Cloud) -> None:
    with pytest.raises(requests.ConnectionError, match=r"does not answer for the host 'example.com'"):
        cloud.session.get("https://example.com/")
