"""One line of advice for each refusal of Azure that is known."""

from __future__ import annotations

import re

_BY_CODE = {
    "LinkedAuthorizationFailed": "Ask for the role Managed Identity Operator on the identity that the task is to use.",
    "PrincipalNotFound": "A new identity is not known everywhere at once: repeat the command in a minute.",
    "RoleAssignmentExists": "There is an assignment of this role already: look at its condition and its name.",
    "RoleAssignmentLimitExceeded": "The subscription has no room for more role assignments: delete unused ones.",
    "RoleAssignmentUpdateNotPermitted": "An assignment of that name is for another principal: delete it, then repeat.",
    "RoleDefinitionDoesNotExist": "The role is not known in this subscription: look at `az role definition list`.",
    "UnmatchedPrincipalType": "The principal is not a service principal: check whose id it is.",
    "TasksOperationsNotAllowed": "ACR Tasks are not open to this subscription: ask Azure support, or take another one.",
    "RequestDisallowedByPolicy": "An Azure Policy forbids it: ask its owner for an exemption.",
    "ScopeLocked": "Ask the owner of the scope to remove the lock: `az lock list` shows it.",
    "LinkedInvalidPropertyId": "The id of an identity is malformed: it begins with /subscriptions/.",
    "SubscriptionNotFound": "Check the subscription's id, the tenant that you signed in to, and the cloud.",
    "ResourceGroupNotFound": "Create the resource group first: `az group create`.",
    "InvalidAuthenticationTokenTenant": "Sign in to the subscription's tenant: `az login --tenant TENANT`.",
    "ExpiredAuthenticationToken": "Sign in again: `az login`.",
    "InvalidAuthenticationToken": "Sign in again: `az login`.",
    "Throttled": "Repeat the command in a few minutes, with a smaller --concurrency.",
    "AuthenticationFailed": "The address of the log has run out: ask for the log again.",
}
_BY_STATUS = {
    401: "Sign in again: `az login`.",
    403: "Ask for a role that allows this.",
    404: "Check that its registry, vault or resource group is still there.",
    409: "Somebody else is changing it: repeat the command in a moment.",
    412: "Somebody else has changed it: repeat the command.",
    429: _BY_CODE["Throttled"],
}
_BY_ACTION = {
    "microsoft.authorization/roleassignments/": (
        "Ask for the role User Access Administrator or Role Based Access Control Administrator"
    ),
    "microsoft.keyvault/vaults/accesspolicies/": "Ask for the role Key Vault Contributor",
    "microsoft.keyvault/vaults/read": "Ask for the role Reader",
    "microsoft.containerregistry/registries/": "Ask for the role Container Registry Tasks Contributor",
    "microsoft.managedidentity/userassignedidentities/": "Ask for the role Managed Identity Contributor",
}
_SERVER_FAULT = 500
_ACTION = re.compile(r"perform action '([^']{1,200})'", re.IGNORECASE)
_NAMESPACE = re.compile(r"namespace '([\w.]{1,100})'", re.IGNORECASE)

SIGN_IN = (
    "Sign in with `az login`, or set the variables of a service principal (azure-identity, EnvironmentCredential)."
)
NO_ANSWER = "Check the network, HTTPS_PROXY, and resource_manager in the cloud file."
NO_TRUST = "Name the server's certificate authorities in ca_bundle of the cloud file."
READ_AGAIN = "Repeat the command; if it stays, something between here and Azure changes the answers."


def advise(status: int, code: str, text: str, scope: str) -> str:
    """Return one line on what to do about a refusal, or nothing where nothing sensible can be said.

    `text` is the service's message, `scope` the resource that was asked for.
    """
    if code == "AuthorizationFailed":
        return _ask_for_role(text, scope)
    if code == "MissingSubscriptionRegistration":
        return _register(text)
    if "throttled" in code.lower() or code == "TooManyRequests":
        return _BY_CODE["Throttled"]
    if status >= _SERVER_FAULT:
        return "The fault is Azure's: repeat the command, and give the request id to Azure support if it stays."
    return _BY_CODE.get(code) or _BY_STATUS.get(status, "")


def _ask_for_role(text: str, scope: str) -> str:
    found = _ACTION.search(text)
    action = found[1].lower() if found else ""
    for prefix, sentence in _BY_ACTION.items():
        if action.startswith(prefix):
            return f"{sentence} on {scope}."
    return f"Ask for a role that allows this on {scope}; after a grant of a minute ago, sign in again."


def _register(text: str) -> str:
    found = _NAMESPACE.search(text)
    namespace = found[1] if found else "NAMESPACE"
    return f"Register the provider once: az provider register --namespace {namespace}"
