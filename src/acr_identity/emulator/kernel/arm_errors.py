"""Errors as Azure Resource Manager sends them: a status, a code, a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.wire import Headers, JsonObject, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.emulator.kernel.denials import DenyAssignment

GATEWAY: Headers = (("x-ms-failure-cause", "gateway"),)
"""The mark of an answer that Azure Resource Manager gives itself, before any resource provider is asked."""


class ArmError(Exception):
    """An answer that refuses a request. Handlers raise it; it becomes a reply in one place."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str = "",
        inner_code: str = "",
        headers: Headers = (),
        details: tuple[JsonObject, ...] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.inner_code = inner_code
        self.headers = headers
        self.details = details

    def reply(self) -> Reply:
        """Return the error envelope."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self.target:
            error["target"] = self.target
        if self.inner_code:
            error["innererror"] = {"code": self.inner_code}
        if self.details:
            error["details"] = [*self.details]
        return Reply.json(self.status, {"error": error}, self.headers)


def bad_request(code: str, message: str, *, target: str = "") -> ArmError:
    """Return 400: the request itself is wrong."""
    return ArmError(400, code, message, target=target)


def invalid_filter(expression: str) -> ArmError:
    """Return 400: a `$filter` that cannot be read, or compares what there is not."""
    return bad_request("InvalidFilterInQueryString", f"Invalid $filter '{expression}' specified in the query string.")


def resource_not_found(kind: str, names: Sequence[str], group: str) -> ArmError:
    """Return 404 of the gateway. `kind` is the full type, `names` those of the resource and its parents."""
    namespace, _, types = kind.partition("/")
    path = "/".join(f"{type_}/{name}" for type_, name in zip(types.split("/"), names, strict=True))
    message = (
        f"The Resource '{namespace}/{path}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return ArmError(404, "ResourceNotFound", message, headers=GATEWAY)


def entity_not_found(name: str) -> ArmError:
    """Return 404 of the tasks service for a run, a task run or an agent pool."""
    return ArmError(404, "EntityNotFound", f"Resource with id '{name}' is not found.", target="request")


def parent_not_found(kind: str, parent: str, verb: str) -> ArmError:
    """Return 404 for a child whose parent is missing."""
    types = kind.partition("/")[2]
    message = (
        f"Failed to perform '{verb}' on resource(s) of type '{types}', because the parent resource "
        f"'{parent}' could not be found."
    )
    return ArmError(404, "ParentResourceNotFound", message, headers=GATEWAY)


def group_not_found(group: str) -> ArmError:
    """Return 404 for a resource group that does not exist."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.", headers=GATEWAY)


def subscription_not_found(subscription: str) -> ArmError:
    """Return 404 for a subscription that the emulator does not hold."""
    message = f"The subscription '{subscription}' could not be found."
    return ArmError(404, "SubscriptionNotFound", message, headers=GATEWAY)


def authorization_failed(client: str, object_id: str, action: str, scope: str) -> ArmError:
    """Return 403: the caller has no role that allows the action."""
    message = (
        f"The client '{client}' with object id '{object_id}' does not have authorization to perform action '{action}' "
        f"over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials."
    )
    return ArmError(403, "AuthorizationFailed", message, headers=GATEWAY)


def deny_assignment_authorization_failed(
    client: str, object_id: str, action: str, scope: str, denial: DenyAssignment
) -> ArmError:
    """Return 403: the caller has a role that allows the action, and a deny assignment stops it."""
    message = (
        f"The client '{client}' with object id '{object_id}' has permission to perform action '{action}' on scope "
        f"'{scope}'; however, the access is denied because of the deny assignment with name '{denial.display}' and Id "
        f"'{denial.name.replace('-', '')}' at scope '{denial.scope}'."
    )
    return ArmError(403, "DenyAssignmentAuthorizationFailed", message, headers=GATEWAY)


def linked_authorization_failed(
    client: str,
    object_id: str,
    action: str,
    scope: str,
    linked: str,
    needed: str = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
) -> ArmError:
    """Return 403: the caller may write here, but not use what the request leads to: the identity that it attaches."""
    message = (
        f"The client '{client}' with object id '{object_id}' has permission to perform action '{action}' on scope "
        f"'{scope}'; however, it does not have permission to perform action '{needed}' on the linked scope(s) "
        f"'{linked}' or the linked scope(s) are invalid."
    )
    return ArmError(403, "LinkedAuthorizationFailed", message, headers=GATEWAY)


def subscription_disabled(subscription: str) -> ArmError:
    """409: the subscription is read only. That the status is this one is not verified."""
    message = (
        f"The subscription '{subscription}' is disabled and therefore marked as read only. You cannot perform any "
        "write actions on this subscription until it is re-enabled."
    )
    return ArmError(409, "ReadOnlyDisabledSubscription", message, headers=GATEWAY)


def webhook_refused(control: str, repository: str) -> ArmError:
    """409: the task's token may not make a webhook in the repository."""
    message = (
        f"Failed to create webhook for repository: '{repository}'. For more information on how to create source "
        "triggers see the tutorial https://aka.ms/acr/tasks/tutorial-git-trigger.. InnerErrors: Request:"
    )
    detail: JsonObject = {"code": "Forbidden", "message": None, "target": None}
    return ArmError(409, "ProviderCall", message, target=control, details=(detail,))


def not_registered(namespace: str) -> ArmError:
    """Return 409: the subscription does not use the namespace."""
    code = "MissingSubscriptionRegistration"
    message = (
        f"The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how "
        "to register subscriptions."
    )
    detail: JsonObject = {"code": code, "target": namespace, "message": message}
    return ArmError(409, code, message, headers=GATEWAY, details=(detail,))


def scope_locked(scope: str, verb: str, locked: Sequence[str]) -> ArmError:
    """Return 409: a lock stands in the way."""
    message = (
        f"The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
        f"'{','.join(locked)}'. Please remove the lock and try again."
    )
    return ArmError(409, "ScopeLocked", message, headers=GATEWAY)
