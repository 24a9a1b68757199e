from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.msi.models import FederatedIdentityCredential

from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import IDENTITIES, TASKS, Cloud, content, error_of, with_identity

RG = "myResourceGroup"
AUDIENCE = ["api://AzureADTokenExchange"]
PATH = f"{IDENTITIES}/existingid/federatedIdentityCredentials"


def credential(subject: str = "repo:a/b:ref:refs/heads/main") -> FederatedIdentityCredential:
    return FederatedIdentityCredential(issuer="https://issuer.example", subject=subject, audiences=AUDIENCE)


def body(**properties: Json) -> JsonObject:
    given: JsonObject = {"issuer": "https://issuer.example", "subject": "s", "audiences": [*AUDIENCE]}
    return {"properties": {**given, **properties}}


def test_a_federated_credential_comes_and_goes(cloud: Cloud) -> None:
    credentials = cloud.identities.federated_identity_credentials
    made = credentials.create_or_update(RG, "existingid", "github", credential())
    assert made.as_dict() == credentials.get(RG, "existingid", "github").as_dict()
    assert made.subject == "repo:a/b:ref:refs/heads/main"
    assert [one.name for one in credentials.list(RG, "existingid")] == ["github"]
    credentials.delete(RG, "existingid", "github")
    credentials.delete(RG, "existingid", "github")
    assert list(credentials.list(RG, "existingid")) == []


def test_a_new_one_answers_201_and_a_changed_one_200(cloud: Cloud) -> None:
    replies = [cloud.send("PUT", f"{PATH}/github", body(subject=name), version="2025-05-31-preview") for name in "ab"]
    assert [reply.status for reply in replies] == [201, 200]


def test_issuer_and_subject_are_used_once(cloud: Cloud) -> None:
    cloud.send("PUT", f"{PATH}/one", body(), version="2024-11-30")
    assert error_of(cloud.send("PUT", f"{PATH}/two", body(), version="2024-11-30")) == (409, "Conflict")


def test_an_identity_has_twenty_at_most(cloud: Cloud) -> None:
    for number in range(20):
        cloud.identities.federated_identity_credentials.create_or_update(
            RG, "existingid", f"one{number}", credential(str(number))
        )
    with pytest.raises(HttpResponseError) as caught:
        cloud.identities.federated_identity_credentials.create_or_update(RG, "existingid", "more", credential("more"))
    assert caught.value.status_code == 400


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("a", body(), "InvalidResourceName"),
        ("-abc", body(), "InvalidResourceName"),
        ("abc", body(issuer="http://issuer.example"), "BadRequest"),
        ("abc", body(subject="s" * 601), "BadRequest"),
        ("abc", body(audiences=[]), "BadRequest"),
        ("abc", {"properties": {"issuer": "https://a"}}, "InvalidRequestContent"),
    ],
)
def test_a_federated_credential_that_cannot_be_is_refused(
    cloud: Cloud, name: str, given: JsonObject, code: str
) -> None:
    assert error_of(cloud.send("PUT", f"{PATH}/{name}", given, version="2024-11-30")) == (400, code)


def test_a_deleted_identity_takes_its_credentials_with_it(cloud: Cloud) -> None:
    cloud.send("PUT", f"{PATH}/github", body(), version="2024-11-30")
    cloud.send("DELETE", f"{IDENTITIES}/existingid", version="2024-11-30")
    cloud.send("PUT", f"{IDENTITIES}/existingid", {"location": "eastus"}, version="2024-11-30")
    assert cloud.read(PATH, version="2024-11-30") == {"value": []}


def test_an_identity_knows_who_has_it(cloud: Cloud) -> None:
    path = f"{IDENTITIES}/existingid/listAssociatedResources"
    before = content(cloud.send("POST", path, version="2022-01-31-preview"))
    cloud.send("PUT", f"{TASKS}/mytask", with_identity("UserAssigned", f"{IDENTITIES}/existingid"))
    after = content(cloud.send("POST", path, version="2022-01-31-preview"))
    value = after["value"]
    assert before == {"totalCount": 0, "value": []}
    assert isinstance(value, list)
    assert isinstance(value[0], dict)
    assert (after["totalCount"], value[0]["id"]) == (1, f"{TASKS}/mytask")
