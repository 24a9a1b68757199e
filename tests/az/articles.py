"""The commands of Microsoft's two articles as they are printed, names aside.

The sources are "Cross-registry authentication in an ACR task using an Azure-managed identity" and "External
authentication in an ACR task using an Azure-managed identity" of the documentation of Azure Container Registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import yaml

from acr_identity.emulator import World
from flows.flows import CROSS_SYSTEM, CROSS_USER, EXAMPLES, VAULT_SYSTEM, VAULT_USER, Flow

Commands: TypeAlias = tuple[str, ...]

SIGN_IN = (
    "az login --service-principal --username $AZURE_CLIENT_ID --password $AZURE_CLIENT_SECRET --tenant $AZURE_TENANT_ID"
)
CREATE_GROUP = "az group create --name myResourceGroup --location eastus"
CREATE_REGISTRY = "az acr create --resource-group myResourceGroup --name myregistry --sku Basic"
CREATE_BASE_REGISTRY = "az acr create --resource-group myResourceGroup --name mybaseregistry --sku Basic"
IMPORT = r"""az acr import --name mybaseregistry \
  --source docker.io/library/node:15-alpine \
  --image baseimages/node:15-alpine"""

CREATE_VAULT = "az keyvault create --name mykeyvault --resource-group myResourceGroup --location eastus"
CREATE_VAULT_WITH_POLICIES = f"{CREATE_VAULT} --enable-rbac-authorization false"
VAULT_ID = "vaultID=$(az keyvault show --name mykeyvault --query id --output tsv)"
LET_ME_WRITE_SECRETS = (
    'az role assignment create --assignee $AZURE_CLIENT_ID --scope $vaultID --role "Key Vault Secrets Officer"'
)
SET_USER_NAME = "az keyvault secret set --name UserName --value hubuser --vault-name mykeyvault"
SET_PASSWORD = "az keyvault secret set --name Password --value not-a-real-password --vault-name mykeyvault"

CREATE_IDENTITY = r"""az identity create \
  --resource-group myResourceGroup \
  --name myACRTasksId"""


def _shown(variable: str, query: str) -> str:
    return rf"""{variable}=$(az identity show \
  --resource-group myResourceGroup \
  --name myACRTasksId \
  --query {query} --output tsv)"""


RESOURCE_ID = _shown("resourceID", "id")
PRINCIPAL_ID = _shown("principalID", "principalId")
CLIENT_ID = _shown("clientID", "clientId")
IDENTITY = (CREATE_IDENTITY, RESOURCE_ID, PRINCIPAL_ID, CLIENT_ID)


def _task(name: str, options: str = "") -> str:
    return rf"""az acr task create \
  --registry myregistry \
  --name {name} \
  --context /dev/null \
  --file {name}.yaml{options}"""


def _of_task(name: str) -> str:
    return rf"""principalID=$(az acr task show \
  --name {name} --registry myregistry \
  --query identity.principalId --output tsv)"""


AS_USER = " \\\n  --assign-identity $resourceID"
AS_SYSTEM = " \\\n  --assign-identity"
CREATE_HELLO_AS_NOBODY = _task("helloworldtask")
CREATE_HELLO_AS_USER = _task("helloworldtask", AS_USER)
CREATE_HELLO_AS_SYSTEM = _task("helloworldtask", AS_SYSTEM)
PRINCIPAL_OF_HELLO = _of_task("helloworldtask")
SHOW_HELLO = "az acr task show --name helloworldtask --registry myregistry"
BASE_REGISTRY_ID = "baseregID=$(az acr show --name mybaseregistry --query id --output tsv)"
GIVE_ROLE = r"""az role assignment create \
  --assignee $principalID \
  --scope $baseregID \
  --role acrpull"""


def _credential(identity: str) -> str:
    return rf"""az acr task credential add \
  --name helloworldtask \
  --registry myregistry \
  --login-server mybaseregistry.azurecr.io \
  --use-identity {identity}"""


ADD_CREDENTIAL_OF_USER = _credential("$clientID")
ADD_CREDENTIAL_OF_SYSTEM = _credential("[system]")
RUN_HELLO = r"""az acr task run \
  --name helloworldtask \
  --registry myregistry"""
SHOW_TAGS = "az acr repository show-tags --name myregistry --repository hello-world --output tsv"

CREATE_HUB_AS_NOBODY = _task("dockerhubtask")
CREATE_HUB_AS_USER = _task("dockerhubtask", AS_USER)
CREATE_HUB_AS_SYSTEM = _task("dockerhubtask", AS_SYSTEM)
PRINCIPAL_OF_HUB = _of_task("dockerhubtask")
SET_POLICY = r"""az keyvault set-policy --name mykeyvault \
  --resource-group myResourceGroup \
  --object-id $principalID \
  --secret-permissions get"""
GIVE_SECRETS_ROLE = r"""az role assignment create \
  --assignee $principalID \
  --scope $vaultID \
  --role "Key Vault Secrets User" """
RUN_HUB = "az acr task run --name dockerhubtask --registry myregistry --set PrivateRepo=hubuser/hubrepo"


@dataclass(frozen=True)
class Article:
    """One way through an article: what there has to be, what gives the task its rights, and the run that needs them."""

    name: str
    flow: Flow
    scenery: Commands
    deeds: Commands
    run: str
    shown: Commands = ()
    """What the article asks after the run."""

    @property
    def all(self) -> Commands:
        return (*self.scenery, *self.deeds, self.run)

    def without(self, *left_out: str) -> Commands:
        """Return all commands but these."""
        assert set(left_out) <= set(self.all)
        return tuple(command for command in self.all if command not in left_out)

    def instead(self, command: str, other: str) -> Commands:
        """Return all commands with another in the place of one."""
        assert command in self.all
        return tuple(other if one == command else one for one in self.all)

    def __str__(self) -> str:
        return self.name


_REGISTRIES = (CREATE_GROUP, CREATE_REGISTRY, CREATE_BASE_REGISTRY, IMPORT)
_VAULT_WITH_POLICIES = (CREATE_GROUP, CREATE_REGISTRY, CREATE_VAULT_WITH_POLICIES, SET_USER_NAME, SET_PASSWORD)
_VAULT_WITH_ROLES = (
    CREATE_GROUP,
    CREATE_REGISTRY,
    CREATE_VAULT,
    VAULT_ID,
    LET_ME_WRITE_SECRETS,
    SET_USER_NAME,
    SET_PASSWORD,
)
_BASE_ROLE = (BASE_REGISTRY_ID, GIVE_ROLE)

CROSS_REGISTRY_AS_USER = Article(
    "cross-registry, user-assigned",
    CROSS_USER,
    _REGISTRIES,
    (*IDENTITY, CREATE_HELLO_AS_USER, SHOW_HELLO, *_BASE_ROLE, ADD_CREDENTIAL_OF_USER),
    RUN_HELLO,
    (SHOW_TAGS,),
)
CROSS_REGISTRY_AS_SYSTEM = Article(
    "cross-registry, system-assigned",
    CROSS_SYSTEM,
    _REGISTRIES,
    (CREATE_HELLO_AS_SYSTEM, PRINCIPAL_OF_HELLO, *_BASE_ROLE, ADD_CREDENTIAL_OF_SYSTEM),
    RUN_HELLO,
    (SHOW_TAGS,),
)
VAULT_AS_USER = Article(
    "key vault, user-assigned",
    VAULT_USER,
    _VAULT_WITH_POLICIES,
    (*IDENTITY, CREATE_HUB_AS_USER, SET_POLICY),
    RUN_HUB,
)
VAULT_AS_SYSTEM = Article(
    "key vault, system-assigned",
    VAULT_SYSTEM,
    _VAULT_WITH_POLICIES,
    (CREATE_HUB_AS_SYSTEM, PRINCIPAL_OF_HUB, SET_POLICY),
    RUN_HUB,
)
ROLES_VAULT_AS_USER = Article(
    "key vault with roles, user-assigned",
    VAULT_USER,
    _VAULT_WITH_ROLES,
    (*IDENTITY, CREATE_HUB_AS_USER, GIVE_SECRETS_ROLE),
    RUN_HUB,
)
ROLES_VAULT_AS_SYSTEM = Article(
    "key vault with roles, system-assigned",
    VAULT_SYSTEM,
    _VAULT_WITH_ROLES,
    (CREATE_HUB_AS_SYSTEM, PRINCIPAL_OF_HUB, GIVE_SECRETS_ROLE),
    RUN_HUB,
)
ARTICLES = (
    CROSS_REGISTRY_AS_USER,
    CROSS_REGISTRY_AS_SYSTEM,
    VAULT_AS_USER,
    VAULT_AS_SYSTEM,
    ROLES_VAULT_AS_USER,
    ROLES_VAULT_AS_SYSTEM,
)


OPERATOR_ID = "44444444-4444-4444-4444-444444444444"
"""Somebody who may change everything but who has which role."""
OPERATOR_SECRET = "another-demo-secret"


def outside_world() -> dict[str, object]:
    """Return the description of an empty subscription and those who sign in, with what there is outside of it."""
    cross, vault = (
        yaml.safe_load((EXAMPLES / name / "world.yaml").read_text()) for name in ("cross-registry", "key-vault")
    )
    deployer = {
        "client_id": "33333333-3333-3333-3333-333333333333",
        "secret": "emulator-demo-secret",
        "roles": [{"role": "Owner"}],
    }
    operator = {"client_id": OPERATOR_ID, "secret": OPERATOR_SECRET, "roles": [{"role": "Contributor"}]}
    return {
        "images": [*vault["images"], "docker.io/library/node:15-alpine"],
        "docker_hub": vault["docker_hub"],
        "contexts": cross["contexts"] | vault["contexts"],
        "service_principals": {"deployer": deployer, "operator": operator},
    }


def empty_world() -> World:
    """Return the same as a world."""
    return World.model_validate(outside_world())
