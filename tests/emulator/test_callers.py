from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError

from emulator.clouds import (
    GROUP,
    IDENTITIES,
    REGISTRIES,
    TASKS,
    Cloud,
    content,
    error_of,
    part,
    task_body,
    with_identity,
)

_TASKS = "Microsoft.ContainerRegistry/registries/tasks"


def test_a_caller_may_do_what_its_actions_say_and_nothing_else(cloud: Cloud) -> None:
    reader = cloud.as_caller("*/read")
    assert reader.registries.registries.get("myResourceGroup", "myregistry").name == "myregistry"
    with pytest.raises(HttpResponseError) as caught:
        reader.tasks.tasks.create("myResourceGroup", "myregistry", "mytask", task_body())
    assert (caught.value.status_code, caught.value.error and caught.value.error.code) == (403, "AuthorizationFailed")
    reply = reader.send("PUT", f"{TASKS}/mytask", task_body())
    message = str(part(content(reply), "error")["message"])
    assert reply.header("x-ms-failure-cause") == "gateway"
    assert message.endswith(
        f"does not have authorization to perform action '{_TASKS}/write' over scope '{TASKS}/mytask' or the scope is "
        "invalid. If access was recently granted, please refresh your credentials."
    )


def test_the_scope_of_a_caller_ends_at_its_registry(cloud: Cloud) -> None:
    caller = cloud.as_caller(f"{_TASKS}/*", scope=f"{REGISTRIES}/myregistry")
    assert caller.send("PUT", f"{TASKS}/mytask", task_body()).status == 200
    assert caller.send("POST", f"{TASKS}/mytask/listDetails").status == 200
    assert caller.send("GET", TASKS).status == 200
    assert error_of(caller.send("GET", f"{REGISTRIES}/mybaseregistry/tasks")) == (403, "AuthorizationFailed")
    assert error_of(caller.send("GET", f"{REGISTRIES}/myregistry")) == (403, "AuthorizationFailed")


def test_attaching_an_identity_needs_the_right_to_assign_it(cloud: Cloud) -> None:
    body = with_identity("UserAssigned", f"{IDENTITIES}/existingid")
    without = cloud.as_caller(f"{_TASKS}/write").send("PUT", f"{TASKS}/mytask", body)
    assign = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
    granted = cloud.as_caller(f"{_TASKS}/write", assign).send("PUT", f"{TASKS}/mytask", body)
    assert error_of(without) == (403, "LinkedAuthorizationFailed")
    assert f"'{assign}' on the linked scope(s) '{IDENTITIES}/existingid'" in str(without.content())
    assert granted.status == 200


def test_callers_do_not_know_each_other(cloud: Cloud) -> None:
    first, second = (cloud.emulator.caller(["*/read"]) for _ in range(2))
    assert first.principal_id != second.principal_id
    assert first.token not in repr(first)


def test_a_caller_needs_a_scope_that_exists(cloud: Cloud) -> None:
    with pytest.raises(ValueError, match="scope of a caller must exist"):
        cloud.emulator.caller(["*"], scope=f"{GROUP}nowhere")


def test_a_caller_with_data_actions_reads_secrets(cloud: Cloud) -> None:
    data = ["Microsoft.KeyVault/vaults/secrets/getSecret/action"]
    reader = Cloud(cloud.emulator, cloud.emulator.caller(data_actions=data).token)
    address = "https://rolevault.vault.azure.net/secrets/UserName"
    assert reader.read(address, version="7.4")["value"] == "hubuser"


def test_a_token_is_given_only_for_somebody_who_exists(cloud: Cloud) -> None:
    with pytest.raises(ValueError, match="there is no principal 'me'"):
        cloud.emulator.token("me")
