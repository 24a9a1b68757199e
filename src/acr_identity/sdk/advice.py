"""One line of advice for each refusal of Azure that is known, and nothing that may be false for one that is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WEBHOOK = (
    "The token of the source trigger may not make a webhook in that repository: on GitHub it takes the scopes "
    "admin:repo_hook and repo (public_repo and repo:status for a public one), of somebody who administers it."
)
_DELETED_VAULT = (
    "A deleted vault keeps its name: bring it back with `az keyvault recover --name {NAME}`, or give it up for good "
    "with `az keyvault purge --name {NAME}`."
)
_CLOSED = (
    "The registry is closed to the network, and its tasks may not pass: set its networkRuleBypassAllowedForTasks, or "
    "run the task on an agent pool in the network."
)
_THROTTLED = "Repeat the command in a few minutes, with a smaller --concurrency."
_SIGN_IN_AGAIN = "Sign in again (`az login`); in a pipeline, have it fetch a new token."
_NOT_READY = "Azure cannot use the identity: a new one takes a minute, then repeat the command; a deleted one is gone."


@dataclass(frozen=True, slots=True)
class Row:
    """What to do about a code. The first row that fits is taken.

    `operation` is a regular expression for the beginning of the operation's name, `says` a part of the message. Words
    in braces stand for what the message and the request name.
    """

    code: str
    advice: str
    operation: str = ""
    says: str = ""

    def fits(self, code: str, operation: str, text: str) -> bool:
        """Say whether this row is about a refusal."""
        return (
            self.code.lower() == code.lower()
            and re.match(self.operation, operation) is not None
            and self.says.lower() in text.lower()
        )


TABLE = (
    Row("ExpiredAuthenticationToken", f"The token has run out. {_SIGN_IN_AGAIN}"),
    Row(
        "InvalidAuthenticationToken", f"{_SIGN_IN_AGAIN} If it stays, check that the cloud is the one you signed in to."
    ),
    Row("InvalidAuthenticationTokenTenant", "Sign in to the subscription's tenant: `az login --tenant TENANT`."),
    Row("AuthenticationFailed", "The address of the log has run out: ask for the log again.", "read the log"),
    Row("AuthenticationFailed", _SIGN_IN_AGAIN),
    Row(
        "AuthorizationFailed",
        "You may assign roles under a condition only, and it does not allow this one: ask for a condition that does, "
        "for service principals.",
        says="ABAC condition not fulfilled to perform action 'Microsoft.Authorization/roleAssignments/",
    ),
    Row("AuthorizationFailed", "Ask for {ROLE} on {SCOPE}; after a grant of a minute ago, sign in again."),
    Row(
        "LinkedAuthorizationFailed",
        "Ask for the role Managed Identity Operator on {LINKED}, if it still exists.",
        says="userAssignedIdentities/assign/action",
    ),
    Row("LinkedAuthorizationFailed", "Ask for a role that allows {NEEDED} on {LINKED}, if it still exists."),
    Row("DenyAssignmentAuthorizationFailed", "A deny assignment forbids it, whatever your roles: ask whoever made it."),
    Row("RequestDisallowedByPolicy", "An Azure Policy forbids it: ask its owner for an exemption."),
    Row("ScopeLocked", "Ask for the lock on {LOCKED} to be removed: `az lock list` shows those of a subscription."),
    Row("ReadOnlyDisabledSubscription", "The subscription is disabled: its owner can enable it again in the portal."),
    Row(
        "MissingSubscriptionRegistration", "Register the provider once: `az provider register --namespace {NAMESPACE}`."
    ),
    Row("SubscriptionNotFound", "Check the subscription's id, the tenant that you signed in to, and the cloud."),
    Row("ResourceGroupNotFound", "Create the resource group first (`az group create`), or check its name."),
    Row("ParentResourceNotFound", "What it belongs to is not there: check the name of the registry or vault."),
    Row("PrincipalNotFound", "A new identity takes a minute to be known: repeat the command. A deleted one is gone."),
    Row("RoleAssignmentExists", "There is an assignment of this role already: look at its condition and its name."),
    Row("RoleAssignmentLimitExceeded", "The subscription has no room for more role assignments: delete unused ones."),
    Row(
        "RoleAssignmentUpdateNotPermitted",
        "An assignment of that name is for another principal: delete it, then repeat.",
    ),
    Row("RoleDefinitionDoesNotExist", "The role is not known in this subscription: look at `az role definition list`."),
    Row("InvalidRoleDefinitionId", "The role is not known in this cloud: look at `az role definition list`."),
    Row("UnmatchedPrincipalType", "The principal is not a service principal: check whose id it is."),
    Row("PrincipalTypeNotSupported", "This kind of principal cannot be given roles: take a managed identity."),
    Row("LinkedInvalidPropertyId", "The id of an identity is malformed: it begins with /subscriptions/."),
    Row("FailedIdentityOperation", _NOT_READY),
    Row("IdentityNotFound", _NOT_READY),
    Row("ProviderCall", _WEBHOOK, says="webhook"),
    Row(
        "ProviderCall",
        "The host of the repository refused: look at its address, and at the token of the source trigger.",
    ),
    Row(
        "TasksOperationsNotAllowed",
        "ACR Tasks are not open to this subscription: ask Azure support, or take another one.",
    ),
    Row("TaskRunRequestNetworkRuleBypassNotAllowed", _CLOSED),
    Row("NetworkRuleBypassNotAllowed", _CLOSED),
    Row("ConflictError", _DELETED_VAULT, says="deleted state"),
    Row("ConflictError", "Somebody else is changing the vault: repeat the command in a moment.", "(add|remove) access"),
    Row("SubscriptionRequestsThrottled", _THROTTLED),
    Row("TooManyRequests", _THROTTLED),
)
"""Codes of Azure Resource Manager and of the providers that are asked, in the order in which they are tried."""

_BY_STATUS = {
    401: _SIGN_IN_AGAIN,
    403: "Whoever is signed in may not do this: the message says what is missing.",
    404: "Check that it, its registry, vault or resource group is still there.",
    409: "Its present state does not allow this: see the message; if others are at work on it, repeat the command.",
    412: "It was changed meanwhile: repeat the command.",
    429: _THROTTLED,
}
_ROLES = {
    "microsoft.authorization/roleassignments/": (
        "the role User Access Administrator or Role Based Access Control Administrator"
    ),
    "microsoft.keyvault/vaults/accesspolicies/": "the role Key Vault Contributor",
    "microsoft.containerregistry/registries/": "the role Container Registry Tasks Contributor",
    "microsoft.managedidentity/userassignedidentities/assign/": "the role Managed Identity Operator",
    "microsoft.managedidentity/userassignedidentities/": "the role Managed Identity Contributor",
}
_SERVER_FAULT = 500
_ACTION = re.compile(r"perform action(?:\(s\))? '([^']{1,200})'", re.IGNORECASE)
_NEEDED = re.compile(r"not have permission to perform action(?:\(s\))? '([^']{1,200})'", re.IGNORECASE)
_LINKED = re.compile(r"linked scope\(s\) '([^']{1,2000})'", re.IGNORECASE)
_LOCKED = re.compile(r"scope\(s\) are locked: '([^']{1,2000})'", re.IGNORECASE)
_NAMESPACE = re.compile(r"namespace '([\w.]{1,100})'", re.IGNORECASE)
_HELD_ABOVE = re.compile(
    r"/providers/Microsoft\.Authorization/roleAssignments/[^/]*$"
    r"|(?<=/registries/)([^/]+)/.*$"
    r"|/providers/Microsoft\.ManagedIdentity/.*$",
    re.IGNORECASE,
)

SIGN_IN = (
    "Sign in with `az login`, or set the variables of a service principal (azure-identity, EnvironmentCredential)."
)
NO_ANSWER = "Check the network, HTTPS_PROXY, and resource_manager in the cloud file."
NO_TRUST = "Name the server's certificate authorities in ca_bundle of the cloud file."
READ_AGAIN = "Repeat the command; if it stays, something between here and Azure changes the answers."
AZURE_FAULT = "The fault is Azure's: repeat the command, and give the request id to Azure support if it stays."


def advise(status: int, code: str, text: str, *, operation: str, resource: str) -> str:
    """Return one line on what to do about a refusal, or nothing where nothing sensible can be said.

    `text` is the service's message, `operation` what was asked, `resource` the id of what it was asked for.
    """
    found = next((row.advice for row in TABLE if row.fits(code, operation, text)), None)
    if found is None and "throttled" in code.lower():
        found = _THROTTLED
    if found is not None:
        return found.format_map(_words(text, resource))
    return AZURE_FAULT if status >= _SERVER_FAULT else _BY_STATUS.get(status, "")


def locked_scopes(text: str) -> tuple[str, ...]:
    """Return the ids of what is locked, as the message of a `ScopeLocked` names them."""
    found = _LOCKED.search(text)
    return tuple(found[1].split(",")) if found else ()


def _words(text: str, resource: str) -> Mapping[str, str]:
    return {
        "ROLE": _role(text),
        "SCOPE": _HELD_ABOVE.sub(r"\1", resource),
        "NAME": resource.rstrip("/").rpartition("/")[2],
        "NEEDED": _first(_NEEDED, text, "this"),
        "LINKED": _first(_LINKED, text, "the identity that the task is to use"),
        "LOCKED": " and ".join(locked_scopes(text)) or "it",
        "NAMESPACE": _first(_NAMESPACE, text, "NAMESPACE"),
    }


def _first(pattern: re.Pattern[str], text: str, otherwise: str) -> str:
    found = pattern.search(text)
    return found[1] if found else otherwise


def _role(text: str) -> str:
    action = _first(_ACTION, text, "")
    if action.lower().endswith("/read"):
        return "the role Reader"
    for prefix, role in _ROLES.items():
        if action.lower().startswith(prefix):
            return role
    return f"a role that allows {action}" if action else "a role that allows this"
