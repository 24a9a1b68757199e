"""The two flows that the project is about, as values."""

from __future__ import annotations

from acr_identity.emulator.kernel.runner_port import Principal, RegistryCredential, RunRequest, TaskFileStep, Value
from emulator.runner.fake_surroundings import SYSTEM, USER_ASSIGNED, FakeSurroundings

CROSS_REGISTRY = """\
version: v1.1.0
steps:
# Replace mybaseregistry with the name of your registry containing the base image
  - build: -t $Registry/hello-world:$ID https://github.com/Azure-Samples/acr-build-helloworld-node.git#main \
-f Dockerfile-app --build-arg REGISTRY_NAME=mybaseregistry.azurecr.io
  - push: ["$Registry/hello-world:$ID"]
"""

DOCKER_HUB = """\
version: v1.1.0
secrets:
  - id: username
    keyvault: https://mykeyvault.vault.azure.net/secrets/UserName
  - id: password
    keyvault: https://mykeyvault.vault.azure.net/secrets/Password
steps:
# Log in to Docker Hub
  - cmd: bash echo '{{.Secrets.password}}' | docker login --username '{{.Secrets.username}}' --password-stdin
# Build image
  - build: -t {{.Values.PrivateRepo}}:$ID https://github.com/Azure-Samples/acr-tasks.git -f hello-world.dockerfile
# Push image to private repo in Docker Hub
  - push:
    - {{.Values.PrivateRepo}}:$ID
"""

NODE_CONTEXT = "https://github.com/Azure-Samples/acr-build-helloworld-node.git#main"
HELLO_CONTEXT = "https://github.com/Azure-Samples/acr-tasks.git"
DOCKERFILE_APP = "ARG REGISTRY_NAME\nFROM ${REGISTRY_NAME}/baseimages/node:15-alpine\n\nCOPY . /src\nEXPOSE 80\n"
VAULT = "https://mykeyvault.vault.azure.net"
BASE = "mybaseregistry.azurecr.io"
SERVER = "myregistry.azurecr.io"
PASSWORD = "s3cr3t-hub-pass"


def cross_registry_request(*credentials: RegistryCredential) -> RunRequest:
    return RunRequest(
        run_id="cf10",
        task_name="helloworldtask",
        login_server=SERVER,
        step=TaskFileStep(CROSS_REGISTRY, "/dev/null"),
        credentials=credentials,
        started="2026/11/21 23:59:58",
    )


def base_credential(principal: Principal = USER_ASSIGNED) -> RegistryCredential:
    return RegistryCredential(BASE, "[system]" if principal is SYSTEM else principal.client_id)


def cross_registry_cloud() -> FakeSurroundings:
    """The task has an identity that may pull from the base registry."""
    return FakeSurroundings(
        identities={USER_ASSIGNED.client_id: USER_ASSIGNED, "[system]": SYSTEM, "": SYSTEM},
        images={f"{BASE}/baseimages/node:15-alpine"},
        pullers={(BASE, USER_ASSIGNED), (BASE, SYSTEM), (SERVER, "source")},
        pushers={(SERVER, "source")},
        files={(NODE_CONTEXT, "Dockerfile-app"): DOCKERFILE_APP},
    )


def docker_hub_request() -> RunRequest:
    return RunRequest(
        run_id="cf24",
        task_name="dockerhubtask",
        login_server=SERVER,
        step=TaskFileStep(DOCKER_HUB, "/dev/null"),
        values=(Value("PrivateRepo", "hubuser/hubrepo"),),
        started="2026/11/21 23:59:58",
    )


def docker_hub_cloud() -> FakeSurroundings:
    """The task's identity may get the secrets, and they are right."""
    return FakeSurroundings(
        identities={"": SYSTEM},
        secrets={f"{VAULT}/secrets/username": "hubuser", f"{VAULT}/secrets/password": PASSWORD},
        readers={(VAULT, SYSTEM)},
        images={"mcr.microsoft.com/acr/bash:2ff604c", "docker.io/library/hello-world:latest"},
        pushers={("docker.io", "hubuser"), (SERVER, "source")},
        passwords={("docker.io", "hubuser", PASSWORD)},
        files={(HELLO_CONTEXT, "hello-world.dockerfile"): "FROM hello-world\n"},
    )
