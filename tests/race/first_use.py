"""Every verb of the gateway, used for the first time in this process by sixteen threads at once.

It prints `alike` if all threads got the same answers and sent the same requests.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pydantic import SecretStr

from acr_identity.changes import (
    AssignRole,
    CreateIdentity,
    CreateTask,
    Grantee,
    RegistryCredential,
    ReplaceTask,
    StatedIdentities,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.ids import PUBLIC_CLOUD, Role
from acr_identity.sdk import connect
from acr_identity.spec import load_spec
from acr_identity.state import EncodedStep, Known, SystemIdentity, TaskSettings, TimerTrigger, Value
from sdk.places import GROUP, IDENTITY, REGISTRY, SUBSCRIPTION, TASK, TENANT, VAULT
from sdk.test_reads import IDENTITY_JSON, REGISTRY_JSON, full_task
from sdk.wire import Answer, Credential, Json, Sent, Wire

if TYPE_CHECKING:
    from acr_identity.sdk.gateway import AzureGateway

THREADS = 16
SYSTEM = SystemIdentity(TASK)
LOGIN = RegistryCredential("a.io", Grantee(SYSTEM, Known("p")), SecretStr("u"), SecretStr("w"))
SETTINGS = TaskSettings(step=EncodedStep("steps: []", (Value("a", "b"),)), timers=(TimerTrigger("t", "0 1 * * *"),))
RUN: Json = {"properties": {"runId": "cf1", "outputImages": [{"registry": "a.io", "repository": "b"}]}}
POLICY: Json = {"tenantId": TENANT, "objectId": "o", "permissions": {"secrets": ["Get"]}}
VAULT_JSON: Json = {"properties": {"tenantId": TENANT, "accessPolicies": [POLICY]}}
ROLE: Json = {"id": "/r", "properties": {"roleDefinitionId": "/d/g", "principalId": "p", "scope": "/"}}
BODIES: Sequence[tuple[str, Json]] = (
    ("/runs", {"value": [RUN]}),
    ("scheduleRun", RUN),
    ("/listLogSasUrl", {"logLink": "https://a.blob/x"}),
    ("/cf1", RUN),
    ("/listDetails", full_task(hides=False)),
    ("/hello", full_task()),
    ("/accessPolicies/add", VAULT_JSON),
    ("/myVault", VAULT_JSON),
    ("/me", IDENTITY_JSON),
    ("/userAssignedIdentities", {"value": [IDENTITY_JSON]}),
    ("/roleAssignments", {"value": [ROLE]}),
    ("/registries", {"value": [REGISTRY_JSON]}),
    ("/myregistry", REGISTRY_JSON),
)
QUESTIONS: tuple[Callable[[AzureGateway], object], ...] = (
    lambda gateway: gateway.task(TASK),
    lambda gateway: gateway.registry(REGISTRY),
    lambda gateway: gateway.registries(SUBSCRIPTION),
    lambda gateway: gateway.vault(VAULT),
    lambda gateway: gateway.identity(IDENTITY),
    lambda gateway: gateway.identities(GROUP),
    lambda gateway: gateway.assignments(REGISTRY),
    lambda gateway: gateway.run(REGISTRY, "cf1"),
    lambda gateway: gateway.latest_run(TASK),
    lambda gateway: gateway.log_address(REGISTRY, "cf1"),
)
CHANGES: tuple[Callable[[AzureGateway], object], ...] = (
    lambda gateway: gateway.schedule(TASK, [Value("a", SecretStr("b"))]),
    lambda gateway: gateway.create_task(
        CreateTask(
            id=TASK,
            location="eastus",
            settings=SETTINGS,
            system=True,
            users=(IDENTITY,),
            credentials=(LOGIN,),
            tags=(),
            reason="",
        ),
        {},
    ),
    lambda gateway: gateway.replace_task(
        ReplaceTask(
            id=TASK,
            settings=SETTINGS,
            identities=StatedIdentities(system=True),
            credentials=(LOGIN,),
            tags=(),
            fields=(),
            reason="",
        ),
        {},
    ),
    lambda gateway: gateway.update_task(
        UpdateTask(id=TASK, settings=SETTINGS, identities=None, source_identity="", tags=None, fields=(), reason=""), {}
    ),
    lambda gateway: gateway.set_credentials(TASK, [LOGIN], {}),
    lambda gateway: gateway.create_identity(CreateIdentity(IDENTITY, "eastus", (), "")),
    lambda gateway: gateway.update_identity(UpdateIdentity(IDENTITY, (), (), "")),
    lambda gateway: gateway.assign_role(AssignRole(REGISTRY, Role.ACR_PULL, Grantee(SYSTEM, Known("p")), "", ""), {}),
    lambda gateway: gateway.add_vault_access(VAULT, TENANT, ["p"]),
)


def main() -> None:
    """Let all threads use each verb, all of them the same one at the same time."""
    sys.setswitchinterval(1e-6)
    together = threading.Barrier(THREADS)

    def work(_number: int) -> list[str]:
        done = []
        for verb in (*QUESTIONS, *CHANGES, read_spec):
            together.wait()
            done.append(repr(verb(gateway)))
        return done

    wire = Wire(reply)
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=wire) as gateway, ThreadPoolExecutor(THREADS) as pool:
        answers = set(map(tuple, pool.map(work, range(THREADS))))
    requests = [f"{sent.line} {sent.body}" for sent in wire.sent]
    odd = sorted({request for request in requests if requests.count(request) % THREADS})
    print("alike" if len(answers) == 1 and not odd else (odd, answers))  # noqa: T201 - it is what it is for


def read_spec(_gateway: AzureGateway) -> object:
    """Read the spec that the command line names, which asks nobody."""
    return load_spec(sys.argv[1])


def reply(sent: Sent) -> Answer:
    """Return what the service has at a path."""
    return next((Answer(body) for end, body in BODIES if sent.path.endswith(end)), Answer({}))


if __name__ == "__main__":
    main()
