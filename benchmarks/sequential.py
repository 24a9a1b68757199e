"""The reference: what a careful person writes with Microsoft's clients, one request after another, without a plan.

It makes the task of `examples/cross-registry`, in the steps of Microsoft's article, where none of it is there yet.
"""

from __future__ import annotations

import base64
import os
import sys
import uuid
from pathlib import Path
from typing import Any

from azure.identity import ClientSecretCredential
from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient, models
from azure.mgmt.msi.v2024_11_30 import ManagedServiceIdentityClient
from azure.mgmt.msi.v2024_11_30.models import Identity

_GROUP = "myResourceGroup"
_ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def main(url: str, authorities: str, task_file: str) -> None:
    """Make identity, task, role and credential."""
    subscription = os.environ["AZURE_SUBSCRIPTION_ID"]
    credential = ClientSecretCredential(
        os.environ["AZURE_TENANT_ID"],
        os.environ["AZURE_CLIENT_ID"],
        os.environ["AZURE_CLIENT_SECRET"],
        authority=url,
        disable_instance_discovery=True,
        connection_verify=authorities,
    )
    place: dict[str, Any] = {
        "base_url": url,
        "credential_scopes": ["https://management.azure.com/.default"],
        "connection_verify": authorities,
    }
    identities = ManagedServiceIdentityClient(credential, subscription, **place).user_assigned_identities
    registries = ContainerRegistryManagementClient(credential, subscription, **place).registries
    tasks = ContainerRegistryTasksMgmtClient(credential, subscription, **place).tasks
    roles = AuthorizationManagementClient(credential, subscription, **place).role_assignments

    identities.create_or_update(_GROUP, "myACRTasksId", Identity(location="eastus"))
    identity = identities.get(_GROUP, "myACRTasksId")
    registry = registries.get(_GROUP, "myregistry")
    content = base64.b64encode(Path(task_file).read_bytes()).decode()
    task = models.Task(
        location=registry.location,
        identity=models.IdentityProperties(
            type="UserAssigned", user_assigned_identities={str(identity.id): models.UserIdentityProperties()}
        ),
        properties=models.TaskProperties(
            platform=models.PlatformProperties(os="Linux"), step=models.EncodedTaskStep(encoded_task_content=content)
        ),
    )
    tasks.create(_GROUP, "myregistry", "helloworldtask", task)
    tasks.get(_GROUP, "myregistry", "helloworldtask")
    base = registries.get(_GROUP, "mybaseregistry")
    roles.create(
        str(base.id),
        str(uuid.uuid4()),
        RoleAssignmentCreateParameters(
            role_definition_id=f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{_ACR_PULL}",
            principal_id=str(identity.principal_id),
            principal_type="ServicePrincipal",
        ),
    )
    login = models.CustomRegistryCredentials(identity=identity.client_id)
    credentials = models.Credentials(custom_registries={"mybaseregistry.azurecr.io": login})
    tasks.update(
        _GROUP,
        "myregistry",
        "helloworldtask",
        models.TaskUpdateParameters(properties=models.TaskPropertiesUpdateParameters(credentials=credentials)),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
