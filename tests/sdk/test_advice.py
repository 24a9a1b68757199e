"""The advice that fits each refusal: by its code, and by what was asked and what the message says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pytest

from acr_identity.changes import AssignRole, CreateIdentity, CreateTask, Grantee
from acr_identity.errors import AzureError
from acr_identity.ids import Role
from acr_identity.sdk.advice import TABLE, advise
from acr_identity.state import Known, SystemIdentity, TaskSettings
from sdk.places import GROUP, IDENTITY, REGISTRY, SUBSCRIPTION, TASK, VAULT
from sdk.wire import always, refusal

if TYPE_CHECKING:
    from acr_identity.sdk.gateway import AzureGateway
    from sdk.places import GatewayTo

Ask: TypeAlias = "Callable[[AzureGateway], object]"

CREATE = CreateTask(
    id=TASK,
    location="eastus",
    settings=TaskSettings(),
    system=False,
    users=(),
    credentials=(),
    tags=(),
    reason="",
)
ASSIGNMENT = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/one"
ASKS: dict[str, Ask] = {
    "create task": lambda gateway: gateway.create_task(CREATE, {}),
    "read task": lambda gateway: gateway.task(TASK),
    "create identity": lambda gateway: gateway.create_identity(CreateIdentity(IDENTITY, "eastus", (), "")),
    "read identity": lambda gateway: gateway.identity(IDENTITY),
    "delete identity": lambda gateway: gateway.delete_identity(IDENTITY),
    "assign": lambda gateway: gateway.assign_role(
        AssignRole(REGISTRY, Role.ACR_PULL, Grantee(SystemIdentity(TASK), Known("p")), "", ""), {}
    ),
    "list assignments": lambda gateway: gateway.assignments(REGISTRY),
    "remove assignment": lambda gateway: gateway.remove_role_assignment(ASSIGNMENT),
    "read vault": lambda gateway: gateway.vault(VAULT),
    "add access": lambda gateway: gateway.add_vault_access(VAULT, "t", ["p"]),
    "run": lambda gateway: gateway.schedule(TASK, []),
    "read log": lambda gateway: gateway.read_log("https://a.blob.core.windows.net/b/c?sig=x", 0),
}
LOCK = f"{GROUP} and {REGISTRY}"
SIGN_IN = "Sign in again (`az login`); in a pipeline, have it fetch a new token."
RECOVER = (
    "A deleted vault keeps its name: bring it back with `az keyvault recover --name myVault`, or give it up for good "
    "with `az keyvault purge --name myVault`."
)
CLOSED = (
    "The registry is closed to the network, and its tasks may not pass: set its networkRuleBypassAllowedForTasks, or "
    "run the task on an agent pool in the network."
)
NOT_READY = "Azure cannot use the identity: a new one takes a minute, then repeat the command; a deleted one is gone."
LATER = "Repeat the command in a few minutes, with a smaller --concurrency."
ADMINISTRATOR = "the role User Access Administrator or Role Based Access Control Administrator"
MINUTE_AGO = "after a grant of a minute ago, sign in again."


@dataclass(frozen=True)
class Refused:
    """A refusal of something, and the advice that fits it."""

    asked: str
    status: int
    code: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.asked}: {self.status} {self.code} {self.advice[:40]}"


def may_not(action: str, condition: str = "") -> str:
    """Return what the gateway says to somebody who may not do something."""
    return (
        f"The client 'c' with object id 'o' does not have authorization {condition}to perform action '{action}' over "
        "scope 's' or the scope is invalid. If access was recently granted, please refresh your credentials."
    )


def may_not_link(action: str, linked: str) -> str:
    return (
        "The client 'c' with object id 'o' has permission to perform action 'Microsoft.ContainerRegistry/registries/"
        f"tasks/write' on scope '{TASK}'; however, it does not have permission to perform action(s) '{action}' on the "
        f"linked scope(s) '{linked}' (respectively) or the linked scope(s) are invalid."
    )


def ask_for(role: str, scope: object) -> str:
    return f"Ask for {role} on {scope}; {MINUTE_AGO}"


ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
WRITE_ROLE = "Microsoft.Authorization/roleAssignments/write"
REFUSED = (
    # signing in
    Refused("read vault", 401, "ExpiredAuthenticationToken", "", f"The token has run out. {SIGN_IN}"),
    Refused(
        "read vault",
        401,
        "InvalidAuthenticationToken",
        "",
        f"{SIGN_IN} If it stays, check that the cloud is the one you signed in to.",
    ),
    Refused(
        "read vault",
        401,
        "InvalidAuthenticationTokenTenant",
        "",
        "Sign in to the subscription's tenant: `az login --tenant TENANT`.",
    ),
    Refused("read log", 403, "AuthenticationFailed", "", "The address of the log has run out: ask for the log again."),
    Refused("create task", 401, "AuthenticationFailed", "", SIGN_IN),
    # rights
    Refused(
        "create task",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.ContainerRegistry/registries/tasks/write"),
        ask_for("the role Container Registry Tasks Contributor", REGISTRY),
    ),
    Refused(
        "run",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.ContainerRegistry/registries/scheduleRun/action"),
        ask_for("the role Container Registry Tasks Contributor", REGISTRY),
    ),
    Refused(
        "create identity",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.ManagedIdentity/userAssignedIdentities/write"),
        ask_for("the role Managed Identity Contributor", GROUP),
    ),
    Refused(
        "read identity",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.ManagedIdentity/userAssignedIdentities/read"),
        ask_for("the role Reader", GROUP),
    ),
    Refused("assign", 403, "AuthorizationFailed", may_not(WRITE_ROLE), ask_for(ADMINISTRATOR, REGISTRY)),
    Refused(
        "remove assignment",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.Authorization/roleAssignments/delete"),
        ask_for(ADMINISTRATOR, REGISTRY),
    ),
    Refused(
        "list assignments",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.Authorization/roleAssignments/read"),
        ask_for("the role Reader", REGISTRY),
    ),
    Refused(
        "add access",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.KeyVault/vaults/accessPolicies/write"),
        ask_for("the role Key Vault Contributor", VAULT),
    ),
    Refused(
        "create task",
        403,
        "AuthorizationFailed",
        may_not("Microsoft.New/x"),
        ask_for("a role that allows Microsoft.New/x", REGISTRY),
    ),
    Refused("add access", 403, "AuthorizationFailed", "no", ask_for("a role that allows this", VAULT)),
    Refused(
        "assign",
        403,
        "AuthorizationFailed",
        may_not(WRITE_ROLE, "or an ABAC condition not fulfilled "),
        "You may assign roles under a condition only, and it does not allow this one: ask for a condition that does, "
        "for service principals.",
    ),
    Refused(
        "create task",
        403,
        "LinkedAuthorizationFailed",
        may_not_link(ASSIGN, str(IDENTITY)),
        f"Ask for the role Managed Identity Operator on {IDENTITY}, if it still exists.",
    ),
    Refused(
        "create task",
        403,
        "LinkedAuthorizationFailed",
        f"does not have permission to perform action(s) '{ASSIGN}' on the linked scope(s)",
        "Ask for the role Managed Identity Operator on the identity that the task is to use, if it still exists.",
    ),
    Refused(
        "create task",
        403,
        "LinkedAuthorizationFailed",
        may_not_link("Microsoft.New/join/action", "/subscriptions/s/new"),
        "Ask for a role that allows Microsoft.New/join/action on /subscriptions/s/new, if it still exists.",
    ),
    Refused(
        "assign",
        403,
        "DenyAssignmentAuthorizationFailed",
        "",
        "A deny assignment forbids it, whatever your roles: ask whoever made it.",
    ),
    Refused(
        "create identity",
        403,
        "RequestDisallowedByPolicy",
        "",
        "An Azure Policy forbids it: ask its owner for an exemption.",
    ),
    # scopes and subscriptions
    Refused(
        "create task",
        409,
        "ScopeLocked",
        f"The scope '{TASK}' cannot perform write operation because following scope(s) are locked: "
        f"'{GROUP},{REGISTRY}'. Please remove the lock and try again.",
        f"Ask for the lock on {LOCK} to be removed: `az lock list` shows those of a subscription.",
    ),
    Refused(
        "create task",
        409,
        "ReadOnlyDisabledSubscription",
        "The subscription 's' is disabled and therefore marked as read only.",
        "The subscription is disabled: its owner can enable it again in the portal.",
    ),
    Refused(
        "add access",
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.KeyVault'. See https://aka.ms/rps",
        "Register the provider once: `az provider register --namespace Microsoft.KeyVault`.",
    ),
    Refused(
        "create task",
        404,
        "SubscriptionNotFound",
        "",
        "Check the subscription's id, the tenant that you signed in to, and the cloud.",
    ),
    Refused(
        "create identity",
        404,
        "ResourceGroupNotFound",
        "",
        "Create the resource group first (`az group create`), or check its name.",
    ),
    Refused(
        "create task",
        404,
        "ParentResourceNotFound",
        "",
        "What it belongs to is not there: check the name of the registry or vault.",
    ),
    # role assignments
    Refused(
        "assign",
        400,
        "PrincipalNotFound",
        "Principal p does not exist in the directory d.",
        "A new identity takes a minute to be known: repeat the command. A deleted one is gone.",
    ),
    Refused(
        "assign",
        409,
        "RoleAssignmentExists",
        "The role assignment already exists.",
        "There is an assignment of this role already: look at its condition and its name.",
    ),
    Refused(
        "assign",
        400,
        "RoleAssignmentLimitExceeded",
        "",
        "The subscription has no room for more role assignments: delete unused ones.",
    ),
    Refused(
        "assign",
        400,
        "RoleAssignmentUpdateNotPermitted",
        "",
        "An assignment of that name is for another principal: delete it, then repeat.",
    ),
    Refused(
        "assign",
        404,
        "RoleDefinitionDoesNotExist",
        "",
        "The role is not known in this subscription: look at `az role definition list`.",
    ),
    Refused(
        "assign",
        400,
        "InvalidRoleDefinitionId",
        "",
        "The role is not known in this cloud: look at `az role definition list`.",
    ),
    Refused(
        "assign", 400, "UnmatchedPrincipalType", "", "The principal is not a service principal: check whose id it is."
    ),
    Refused(
        "assign",
        400,
        "PrincipalTypeNotSupported",
        "",
        "This kind of principal cannot be given roles: take a managed identity.",
    ),
    # tasks
    Refused(
        "create task",
        400,
        "LinkedInvalidPropertyId",
        "",
        "The id of an identity is malformed: it begins with /subscriptions/.",
    ),
    Refused("create task", 400, "FailedIdentityOperation", "", NOT_READY),
    Refused("create task", 404, "IdentityNotFound", "", NOT_READY),
    Refused(
        "create task",
        409,
        "ProviderCall",
        "Failed to create webhook for repository: 'https://github.com/o/r.git'. InnerErrors: Request:",
        "The token of the source trigger may not make a webhook in that repository: on GitHub it takes the scopes "
        "admin:repo_hook and repo (public_repo and repo:status for a public one), of somebody who administers it.",
    ),
    Refused(
        "create task",
        409,
        "ProviderCall",
        "Failed.",
        "The host of the repository refused: look at its address, and at the token of the source trigger.",
    ),
    Refused(
        "run",
        400,
        "TasksOperationsNotAllowed",
        "",
        "ACR Tasks are not open to this subscription: ask Azure support, or take another one.",
    ),
    Refused("run", 403, "TaskRunRequestNetworkRuleBypassNotAllowed", "", CLOSED),
    Refused("run", 403, "NetworkRuleBypassNotAllowed", "", CLOSED),
    # vaults
    Refused("add access", 409, "ConflictError", "A vault with the same name already exists in deleted state.", RECOVER),
    Refused(
        "add access", 409, "ConflictError", "", "Somebody else is changing the vault: repeat the command in a moment."
    ),
    # throttling
    Refused("create task", 429, "SubscriptionRequestsThrottled", "", LATER),
    Refused("create task", 429, "TooManyRequests", "", LATER),
    Refused("create task", 429, "SomethingElseThrottled", "", LATER),
    # whatever is not known
    Refused("create task", 401, "Unknown", "", SIGN_IN),
    Refused(
        "create task", 403, "Unknown", "", "Whoever is signed in may not do this: the message says what is missing."
    ),
    Refused("create task", 404, "Unknown", "", "Check that it, its registry, vault or resource group is still there."),
    *(
        Refused(
            asked,
            409,
            code,
            "",
            "Its present state does not allow this: see the message; if others are at work on it, repeat the command.",
        )
        for asked, code in (
            ("create task", "Unknown"),
            ("create task", "ConflictError"),
            ("delete identity", "Conflict"),
        )
    ),
    Refused("create task", 412, "Unknown", "", "It was changed meanwhile: repeat the command."),
    Refused("create task", 429, "Unknown", "", LATER),
    Refused(
        "create task",
        500,
        "Unknown",
        "",
        "The fault is Azure's: repeat the command, and give the request id to Azure support if it stays.",
    ),
    Refused("create task", 400, "Unknown", "", ""),
)


@pytest.mark.parametrize("refused", REFUSED, ids=str)
@pytest.mark.usefixtures("pauses")
def test_each_refusal_gets_the_advice_that_fits_it(gateway_to: GatewayTo, refused: Refused) -> None:
    gateway, _ = gateway_to(always(refusal(refused.status, refused.code, refused.message)))
    with pytest.raises(AzureError) as caught:
        ASKS[refused.asked](gateway)
    assert caught.value.advice == refused.advice


def test_each_row_of_the_table_is_shown_here() -> None:
    shown = set()
    for refused in REFUSED:
        operation = {"read log": "read the log", "add access": "add access to vault"}.get(refused.asked, refused.asked)
        shown |= {next((row for row in TABLE if row.fits(refused.code, operation, refused.message)), None)}
    assert [row for row in TABLE if row not in shown] == []


def test_no_code_is_told_apart_by_its_case() -> None:
    same = [
        advise(409, code, "", operation="create task", resource=str(TASK)) for code in ("ScopeLocked", "scopelocked")
    ]
    assert same == ["Ask for the lock on it to be removed: `az lock list` shows those of a subscription."] * 2


def test_a_lock_is_named_whole_in_message_and_advice(gateway_to: GatewayTo) -> None:
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{'a-very-long-name-' * 5}"
    text = (
        f"The scope '{TASK}' cannot perform write operation because following scope(s) are locked: '{scope}'. "
        "Please remove the lock and try again."
    )
    gateway, _ = gateway_to(always(refusal(409, "ScopeLocked", text)))
    with pytest.raises(AzureError) as caught:
        gateway.create_task(CREATE, {})
    assert caught.value.message == f"cannot create task hello: 409 ScopeLocked: {text}"
    assert f" {scope} " in caught.value.advice


def test_advice_is_one_line_that_ends_as_a_sentence() -> None:
    texts = [row.advice for row in TABLE]
    assert [text for text in texts if "\n" in text or not re.search(r"[.`]$", text)] == []
