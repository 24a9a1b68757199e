"""Deny assignments: who is stopped by them, how they are listed, and which ones a customer may make."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from azure.core.exceptions import HttpResponseError

from acr_identity.emulator import Emulator, ManualClock
from acr_identity.emulator.kernel.denials import EVERYONE
from acr_identity.emulator.kernel.wire import Json, JsonObject
from acr_identity.emulator.rights.decision import Ask, may_use
from acr_identity.emulator.snapshot import read_snapshot
from acr_identity.emulator.world import World
from emulator.clouds import (
    ACR_PULL,
    GROUP,
    REGISTRIES,
    SUBSCRIPTION,
    VAULTS,
    Cloud,
    content,
    error_of,
    part,
    task_body,
    the_world,
)

VERSION = "2024-07-01-preview"
BASE = f"{REGISTRIES}/mybaseregistry"
TASK = f"{REGISTRIES}/myregistry/tasks/hello"
ONE = "cccccccc-0000-0000-0000-000000000001"
PULL = "Microsoft.ContainerRegistry/registries/pull/read"
NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
ALL: JsonObject = {"id": EVERYONE, "type": "SystemDefined"}


def cloud_with(denials: Mapping[str, Json], **more: Json) -> Cloud:
    world = the_world().model_dump(mode="python")
    return Cloud(Emulator(World.model_validate({**world, **more, "deny_assignments": denials}), clock=ManualClock()))


def path(name: str = ONE, scope: str = BASE) -> str:
    return f"{scope}/providers/Microsoft.Authorization/denyAssignments/{name}"


def body(**more: Json) -> JsonObject:
    properties: JsonObject = {
        "denyAssignmentName": "Locked",
        "permissions": [{"actions": ["*/delete"]}],
        "principals": [ALL],
        "excludePrincipals": [{"id": ONE, "type": "User"}],
        **more,
    }
    return {"properties": properties}


def names(cloud: Cloud, scope: str, filtered: str = "") -> list[str]:
    found = cloud.access.deny_assignments.list_for_scope(scope.strip("/"), filter=filtered or None)
    return sorted(str(one.deny_assignment_name) for one in found)


def identity_of(cloud: Cloud) -> str:
    return next(iter(read_snapshot(cloud.emulator.snapshot()).identities.values())).principal_id


def may_pull(cloud: Cloud, repository: str = "") -> bool:
    state = read_snapshot(cloud.emulator.snapshot())
    return may_use(state, Ask(identity_of(cloud), PULL, BASE, repository), data=False, granted_before=1e12)


def pulls_by_a_role(denials: Mapping[str, Json]) -> Cloud:
    """An identity that is in a group inside another group, which has AcrPull."""
    inner: JsonObject = {"members": ["existingid"]}
    outer: JsonObject = {"members": ["inner"], "roles": [{"role": "AcrPull", "registry": "mybaseregistry"}]}
    return cloud_with(denials, groups={"inner": inner, "outer": outer})


def test_an_owner_is_stopped_and_told_by_which_one() -> None:
    cloud = cloud_with({"Locked": {"resource_group": "myResourceGroup", "actions": ["*/tasks/write"]}})
    reply = cloud.send("PUT", TASK, task_body())
    error = part(content(reply), "error")
    assert (reply.status, error["code"]) == (403, "DenyAssignmentAuthorizationFailed")
    words = f"' has permission to perform action 'Microsoft.ContainerRegistry/registries/tasks/write' on scope '{TASK}'"
    assert f"{words}; however, the access is denied because of the deny assignment with name 'Locked'" in str(error)
    assert f"at scope '{GROUP}'." in str(error["message"])


def test_who_has_no_role_either_is_told_that() -> None:
    cloud = cloud_with({"Locked": {"actions": ["*"]}}).as_caller("*/read")
    assert error_of(cloud.send("PUT", TASK, task_body())) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(
    ("denial", "passes"),
    [
        ({"actions": ["*/pull/read"]}, False),
        ({"actions": ["*"], "not_actions": ["*/PULL/read"]}, True),
        ({"data_actions": ["*"]}, True),
        ({"actions": ["*"], "audit": True}, True),
        ({"actions": ["*"], "registry": "mybaseregistry", "here_only": True}, False),
        ({"actions": ["*"], "here_only": True}, True),
        ({"actions": ["*"], "registry": "abacregistry"}, True),
        ({"actions": ["*"], "principals": ["existingid"]}, False),
        ({"actions": ["*"], "principals": ["outer"]}, False),
        ({"actions": ["*"], "exclude": ["existingid"]}, True),
        ({"actions": ["*"], "exclude": ["outer"]}, True),
        ({"actions": ["*"], "condition": f"{NAME} StringEquals 'base'"}, False),
        ({"actions": ["*"], "condition": f"{NAME} StringEquals 'other'"}, True),
    ],
)
def test_it_stops_what_it_names_for_whom_where_and_when_it_says(denial: JsonObject, *, passes: bool) -> None:
    assert may_pull(pulls_by_a_role({"Locked": denial}), "base") == passes


def test_a_role_of_a_group_is_that_of_those_in_it_and_listed_for_them() -> None:
    cloud = pulls_by_a_role({})
    by_filter = [
        [
            str(one.role_definition_id).rpartition("/")[2]
            for one in cloud.access.role_assignments.list_for_scope(
                BASE.strip("/"), filter=filtered.format(identity_of(cloud))
            )
        ]
        for filtered in ("assignedTo('{}')", "principalId eq '{}'")
    ]
    assert (may_pull(cloud), by_filter) == (True, [[ACR_PULL], []])


def test_the_secrets_of_a_vault_are_denied_in_the_words_of_a_vault() -> None:
    cloud = cloud_with(
        {"Locked": {"vault": "rolevault", "data_actions": ["*/getSecret/action"]}},
        service_principals={
            "reader": {
                "client_id": ONE,
                "secret": "not-a-real-secret",
                "roles": [{"role": "Key Vault Secrets User", "vault": "rolevault"}],
            }
        },
    )
    reader = next(one for one in read_snapshot(cloud.emulator.snapshot()).directory.values() if one.name == "reader")
    reply = Cloud(cloud.emulator, cloud.emulator.token(reader.id)).send(
        "GET", "https://rolevault.vault.azure.net/secrets/UserName", version="7.4"
    )
    error = part(content(reply), "error")
    assert error["innererror"] == {"code": "ForbiddenByRbac"}
    assert "DecisionReason: 'DeniedByDenyAssignment'" in str(error["message"])
    assert "DenyAssignmentId: null" not in str(error["message"])


def test_a_list_shows_what_is_at_a_scope_above_and_below_as_the_filter_says() -> None:
    cloud = cloud_with(
        {
            "above": {"actions": ["a/b"]},
            "at": {"resource_group": "myResourceGroup", "actions": ["a/b"], "principals": ["existingid"]},
            "below": {"registry": "mybaseregistry", "actions": ["a/b"], "exclude": ["existingid"]},
            "beside": {"vault": "mykeyvault", "actions": ["a/b"], "principals": ["others"]},
        },
        groups={"others": {}},
    )
    me = identity_of(cloud)
    assert names(cloud, GROUP) == ["above", "at", "below", "beside"]
    assert names(cloud, GROUP, "atScope()") == ["above", "at"]
    assert names(cloud, BASE) == ["above", "at", "below"]
    assert names(cloud, GROUP, f"assignedTo('{me}')") == ["above", "at"]
    assert names(cloud, BASE, f"atScope() and assignedTo('{me}')") == ["above", "at"]
    assert names(cloud, GROUP, f"principalId eq '{me}'") == ["at"]
    assert names(cloud, GROUP, "denyAssignmentName eq 'Below'") == ["below"]
    with pytest.raises(HttpResponseError, match="UnsupportedQuery"):
        names(cloud, GROUP, "name eq 'a'")


def test_who_may_not_read_them_is_refused() -> None:
    cloud = cloud_with({}).as_caller("Microsoft.ContainerRegistry/*")
    assert error_of(cloud.send("GET", path("")[:-1], version="2022-04-01")) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(("version", "shows"), [("2022-04-01", None), (VERSION, "audit")])
def test_an_older_api_version_does_not_tell_an_audit_from_a_denial(version: str, shows: str | None) -> None:
    cloud = cloud_with({"Locked": {"registry": "mybaseregistry", "actions": ["*"], "audit": True}})
    found = cloud.read(path("")[:-1], version=version)["value"]
    assert isinstance(found, list)
    assert isinstance(found[0], dict)
    assert part(found[0], "properties").get("denyAssignmentEffect") == shows


def test_a_customer_makes_replaces_and_deletes_one(cloud: Cloud) -> None:
    made = cloud.send("PUT", path(), body(), version=VERSION)
    assert (made.status, part(content(made), "properties")["isSystemProtected"]) == (201, False)
    assert error_of(cloud.send("DELETE", BASE, version="2025-11-01")) == (403, "DenyAssignmentAuthorizationFailed")
    assert cloud.send("PUT", path(), body(denyAssignmentEffect="audit"), version=VERSION).status == 200
    assert part(cloud.read(path(), version=VERSION), "properties")["denyAssignmentEffect"] == "audit"
    statuses = [cloud.send("DELETE", path(), version=VERSION).status for _ in range(2)]
    assert (statuses, error_of(cloud.send("GET", path(), version=VERSION))) == (
        [200, 204],
        (404, "DenyAssignmentNotFound"),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"permissions": []},
        {"permissions": [{"actions": []}]},
        {"permissions": [{"actions": ["*/read"]}]},
        {"permissions": [{"actions": ["a/b"], "dataActions": ["c/d"]}]},
        {"excludePrincipals": []},
        {"principals": []},
        {"principals": [{"id": EVERYONE, "type": "User"}]},
        {"principals": [{"id": ONE, "type": "Group"}]},
        {"doNotApplyToChildScopes": True},
        {"condition": "nonsense", "conditionVersion": "2.0"},
        {"condition": f"{NAME} StringEquals 'a'", "conditionVersion": "1.0"},
    ],
)
def test_what_a_customer_may_not_deny_is_refused(cloud: Cloud, wrong: JsonObject) -> None:
    assert error_of(cloud.send("PUT", path(), body(**wrong), version=VERSION)) == (400, "InvalidDenyAssignment")


def test_an_older_api_version_makes_none(cloud: Cloud) -> None:
    assert error_of(cloud.send("PUT", path(), body(), version="2022-04-01")) == (400, "NoRegisteredProviderFound")
    assert error_of(cloud.send("PUT", path("x"), body(), version=VERSION)) == (400, "InvalidDenyAssignmentId")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_one_of_azure_itself_stays_as_it_is(method: str) -> None:
    cloud = cloud_with({"Locked": {"registry": "mybaseregistry", "actions": ["a/b"]}})
    own = str(next(iter(cloud.access.deny_assignments.list_for_scope(BASE.strip("/")))).id)
    refused = cloud.send(method, own, body() if method == "PUT" else None, version=VERSION)
    assert error_of(refused) == (400, "DenyAssignmentIsSystemProtected")


def test_it_goes_with_what_it_is_on() -> None:
    cloud = cloud_with({"Locked": {"vault": "mykeyvault", "actions": ["a/b"]}})
    cloud.send("DELETE", f"{VAULTS}/mykeyvault", version="2026-05-15")
    assert names(cloud, f"/subscriptions/{SUBSCRIPTION}") == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"deny_assignments": {"a": {"principals": ["nobody"]}}}, "deny assignment 'a' names 'nobody'"),
        ({"deny_assignments": {"a": {"registry": "none"}}}, "deny assignment 'a' is at registry 'none'"),
        ({"deny_assignments": {"a": {"condition": "nonsense"}}}, "an attribute is wanted"),
        ({"groups": {"a": {"members": ["nobody"]}}}, "group 'a' has 'nobody'"),
        ({"groups": {"a": {"roles": [{"role": "AcrPull", "vault": "none"}]}}}, "group 'a' has a role at vault 'none'"),
    ],
)
def test_a_world_that_names_who_is_not_there_is_refused(more: Mapping[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        World.model_validate({"resource_groups": {"a": {}}, **more})
