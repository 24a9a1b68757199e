"""A role that is assigned already: found by its content, whatever its name, unless it holds under a condition only."""

from __future__ import annotations

import pytest

from acr_identity.changes import AssignRole, Grantee
from acr_identity.errors import ConflictError
from acr_identity.gateway import Learned
from acr_identity.ids import Role, definition_id
from acr_identity.state import Known, SystemIdentity
from sdk.places import PRINCIPAL, REGISTRY, TASK, GatewayTo
from sdk.wire import Answer, Json, Reply, Sent, refusal

CHANGE = AssignRole(
    REGISTRY, Role.ACR_PULL, Grantee(SystemIdentity(TASK), Known(PRINCIPAL)), "acr_identity: why", "why"
)


def service_that_has(principal: str, condition: str | None) -> Reply:
    """Return a service that refuses an equal assignment, and lists the one that it has."""
    properties: Json = {
        "roleDefinitionId": definition_id(Role.ACR_PULL, "s"),
        "principalId": principal,
        "scope": str(REGISTRY),
        "condition": condition,
    }

    def reply(sent: Sent) -> Answer:
        if sent.method == "PUT":
            return refusal(409, "RoleAssignmentExists")
        return Answer({"value": [{"id": "/theirs", "properties": properties}]})

    return reply


def test_a_role_that_is_there_under_another_name_is_found(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(service_that_has(PRINCIPAL, None))
    assert gateway.make([CHANGE], {}) == Learned(found=True)


def test_a_role_that_is_there_only_under_a_condition_is_a_conflict_that_names_it(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(service_that_has(PRINCIPAL, "@Resource[x] StringEquals 'y'"))
    with pytest.raises(ConflictError) as caught:
        gateway.make([CHANGE], {})
    assert caught.value.message == "the role is assigned already, under a condition: /theirs"
    assert caught.value.advice == (
        "Remove that assignment, or its condition, if the task shall have the role without it."
    )
    assert (caught.value.status, caught.value.code) == (409, "RoleAssignmentExists")


def test_a_conflict_over_nothing_that_can_be_seen_stays_a_conflict(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(service_that_has("somebody-else", None))
    with pytest.raises(ConflictError, match="RoleAssignmentExists") as caught:
        gateway.make([CHANGE], {})
    assert caught.value.message.startswith("cannot assign AcrPull")
