"""What people ask and change with `az` before and after a run."""

from __future__ import annotations

import pytest

from az.articles import CROSS_REGISTRY_AS_USER, GIVE_ROLE, ROLES_VAULT_AS_USER, VAULT_AS_SYSTEM, Article
from az.shell import Walk

TASK = "--name helloworldtask --registry myregistry"


@pytest.mark.parametrize(
    ("article", "command", "shown"),
    [
        (CROSS_REGISTRY_AS_USER, "az group list --query [].name --output tsv", ["myResourceGroup"]),
        (CROSS_REGISTRY_AS_USER, "az acr list --query [].name --output tsv", ["mybaseregistry", "myregistry"]),
        (CROSS_REGISTRY_AS_USER, "az acr repository list --name myregistry --output tsv", ["hello-world"]),
        (
            CROSS_REGISTRY_AS_USER,
            "az acr task list-runs --registry myregistry --query [].[runId,status] --output tsv",
            ["cf1\tSucceeded"],
        ),
        (
            CROSS_REGISTRY_AS_USER,
            f"az acr task run {TASK} --no-logs --query [runId,status] --output tsv",
            ["cf2", "Succeeded"],
        ),
        (CROSS_REGISTRY_AS_USER, f"az acr task identity show {TASK} --query type --output tsv", ["UserAssigned"]),
        (
            CROSS_REGISTRY_AS_USER,
            f'az acr task credential list {TASK} --query "keys(@)" --output tsv',
            ["mybaseregistry.azurecr.io"],
        ),
        (
            CROSS_REGISTRY_AS_USER,
            f"az acr task credential remove {TASK} --login-server mybaseregistry.azurecr.io",
            ["{}"],
        ),
        (
            CROSS_REGISTRY_AS_USER,
            "az role assignment list --scope $baseregID --query [].roleDefinitionName --output tsv",
            ["AcrPull"],
        ),
        (
            CROSS_REGISTRY_AS_USER,
            "az role assignment list --assignee $principalID --all --query [].roleDefinitionName --output tsv",
            ["AcrPull"],
        ),
        (
            CROSS_REGISTRY_AS_USER,
            f"{GIVE_ROLE} --query principalType --output tsv",
            ["ServicePrincipal"],
        ),
        (CROSS_REGISTRY_AS_USER, "az role assignment delete --assignee $principalID --scope $baseregID", []),
        (CROSS_REGISTRY_AS_USER, "az group delete --name myResourceGroup --yes", []),
        (
            VAULT_AS_SYSTEM,
            "az keyvault secret show --vault-name mykeyvault --name UserName --query value --output tsv",
            ["hubuser"],
        ),
        (VAULT_AS_SYSTEM, "az keyvault delete --name mykeyvault", []),
        (
            ROLES_VAULT_AS_USER,
            "az keyvault show --name mykeyvault --query properties.enableRbacAuthorization --output tsv",
            ["true"],
        ),
    ],
)
def test_a_command_shows_what_there_is(walk: Walk, article: Article, command: str, shown: list[str]) -> None:
    assert walk.after((*article.all, command)).last.lines == shown


def test_the_log_of_a_run_can_be_read_again(walk: Walk) -> None:
    first = walk.after(CROSS_REGISTRY_AS_USER.all).last.lines
    again = "az acr task logs --registry myregistry --run-id cf1"
    assert walk.after((*CROSS_REGISTRY_AS_USER.all, again)).last.lines == first
