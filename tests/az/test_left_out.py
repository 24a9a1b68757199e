"""One command is left out: what needs it fails, and says why as the service does."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from az import articles
from az.articles import (
    CROSS_REGISTRY_AS_SYSTEM,
    CROSS_REGISTRY_AS_USER,
    ROLES_VAULT_AS_SYSTEM,
    ROLES_VAULT_AS_USER,
    RUN_HELLO,
    RUN_HUB,
    VAULT_AS_SYSTEM,
    VAULT_AS_USER,
    Article,
)
from az.shell import Walk


@dataclass(frozen=True)
class Gap:
    """What is left out, which command then fails, and the reason that it shows, in its log or as its error."""

    left_out: str
    fails: str
    reason: str


NO_GROUP = "(ResourceGroupNotFound) Resource group 'myResourceGroup' could not be found."
NO_REGISTRY = "The resource with name '{}' and type 'Microsoft.ContainerRegistry/registries' could not be found"
NO_IMAGE = (
    "manifest for mybaseregistry.azurecr.io/baseimages/node:15-alpine not found: manifest unknown: "
    'manifest tagged by "15-alpine" is not found'
)
NO_IDENTITY = (
    "(ResourceNotFound) The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/myACRTasksId' "
    "under resource group 'myResourceGroup' was not found."
)
NO_TASK = "(ResourceNotFound) The Resource 'Microsoft.ContainerRegistry/registries/myregistry/tasks/{}'"
PULL_REFUSED = (
    'Head "https://mybaseregistry.azurecr.io/v2/baseimages/node/manifests/15-alpine": '
    "unauthorized: authentication required"
)
NO_HOST = "The vault at 'mykeyvault.vault.azure.net' does not exist."  # in Azure, its host has no address
NO_VAULT = "The Vault 'mykeyvault' not found within subscription."
NO_SECRET = 'Code="SecretNotFound" Message="A secret with (name/id) {} was not found in this key vault.'
NO_POLICY = "does not have secrets get permission on key vault 'mykeyvault;location=eastus'"
NO_SECRETS_ROLE = "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'"


def gap(article: Article, left_out: str, fails: str, reason: str) -> object:
    words = left_out.removeprefix("az ").split(" --")[0].rstrip(" \\\n")
    return pytest.param(article, Gap(left_out, fails, reason), id=f"{article}: {words}")


@pytest.mark.parametrize(
    ("article", "gap"),
    [
        gap(CROSS_REGISTRY_AS_USER, articles.CREATE_GROUP, articles.CREATE_REGISTRY, NO_GROUP),
        gap(
            CROSS_REGISTRY_AS_USER,
            articles.CREATE_REGISTRY,
            articles.CREATE_HELLO_AS_USER,
            NO_REGISTRY.format("myregistry"),
        ),
        gap(
            CROSS_REGISTRY_AS_USER,
            articles.CREATE_BASE_REGISTRY,
            articles.IMPORT,
            NO_REGISTRY.format("mybaseregistry"),
        ),
        gap(CROSS_REGISTRY_AS_USER, articles.IMPORT, RUN_HELLO, NO_IMAGE),
        gap(CROSS_REGISTRY_AS_USER, articles.CREATE_IDENTITY, articles.RESOURCE_ID, NO_IDENTITY),
        gap(
            CROSS_REGISTRY_AS_USER,
            articles.CREATE_HELLO_AS_USER,
            articles.SHOW_HELLO,
            NO_TASK.format("helloworldtask"),
        ),
        gap(CROSS_REGISTRY_AS_USER, articles.GIVE_ROLE, RUN_HELLO, PULL_REFUSED),
        gap(CROSS_REGISTRY_AS_USER, articles.ADD_CREDENTIAL_OF_USER, RUN_HELLO, PULL_REFUSED),
        gap(CROSS_REGISTRY_AS_SYSTEM, articles.GIVE_ROLE, RUN_HELLO, PULL_REFUSED),
        gap(CROSS_REGISTRY_AS_SYSTEM, articles.ADD_CREDENTIAL_OF_SYSTEM, RUN_HELLO, PULL_REFUSED),
        gap(VAULT_AS_USER, articles.CREATE_VAULT_WITH_POLICIES, articles.SET_USER_NAME, NO_HOST),
        gap(VAULT_AS_USER, articles.SET_USER_NAME, RUN_HUB, NO_SECRET.format("username")),
        gap(VAULT_AS_USER, articles.SET_PASSWORD, RUN_HUB, NO_SECRET.format("password")),
        gap(VAULT_AS_USER, articles.CREATE_HUB_AS_USER, RUN_HUB, NO_TASK.format("dockerhubtask")),
        gap(VAULT_AS_USER, articles.SET_POLICY, RUN_HUB, NO_POLICY),
        gap(VAULT_AS_SYSTEM, articles.SET_POLICY, RUN_HUB, NO_POLICY),
        gap(ROLES_VAULT_AS_USER, articles.CREATE_VAULT, articles.VAULT_ID, NO_VAULT),
        gap(ROLES_VAULT_AS_USER, articles.GIVE_SECRETS_ROLE, RUN_HUB, NO_SECRETS_ROLE),
        gap(ROLES_VAULT_AS_SYSTEM, articles.GIVE_SECRETS_ROLE, RUN_HUB, NO_SECRETS_ROLE),
    ],
)
def test_without_a_command_what_needs_it_fails_with_the_reason(walk: Walk, article: Article, gap: Gap) -> None:
    commands = article.without(gap.left_out)
    done, ended = walk.until_failure(commands)
    assert ended is not None
    assert commands[len(done)] == gap.fails
    assert gap.reason in f"{ended.out}\n{ended.err}"


def test_a_task_that_lacks_the_identity_of_its_credential_ends_before_its_first_step(walk: Walk) -> None:
    article = CROSS_REGISTRY_AS_USER
    commands = article.instead(articles.CREATE_HELLO_AS_USER, articles.CREATE_HELLO_AS_NOBODY)
    done, ended = walk.until_failure(commands)
    assert ended is not None
    assert commands[len(done)] == RUN_HELLO
    assert ended.lines[-3].startswith("failed to unmarshal task before running: failed to resolve secrets: ")
    assert '"error_description": "Identity not found"' in ended.lines[-3]
