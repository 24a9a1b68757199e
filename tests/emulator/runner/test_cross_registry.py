"""The flow that pulls a base image from another registry, and each way in which it fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.emulator.kernel.runner_port import Dependency, Image, Principal, Refusal, RegistryCredential
from acr_identity.emulator.runner import run
from emulator.runner.fake_surroundings import SYSTEM, USER_ASSIGNED, digest_of
from emulator.runner.outcome_text import steps_part, texts, unstamped
from emulator.runner.seed_flows import (
    BASE,
    SERVER,
    base_credential,
    cross_registry_cloud,
    cross_registry_request,
)

NODE = Image(BASE, "baseimages/node", "15-alpine", digest_of(BASE, "baseimages/node", "15-alpine"))
ALIASES = "https://aka.ms/acr/tasks/task-aliases"
TAIL = ["", "Run ID: cf10 failed after 0s. Error: failed during run, err: exit status 1"]


@pytest.mark.parametrize("principal", [USER_ASSIGNED, SYSTEM])
def test_an_identity_with_role_and_credential_builds_and_pushes(principal: Principal) -> None:
    outcome = run(cross_registry_request(base_credential(principal)), cross_registry_cloud())
    (image,) = outcome.pushed
    revision = outcome.dependencies[0].git_revision
    assert image == Image(SERVER, "hello-world", "cf10", image.digest)
    assert outcome.dependencies == (Dependency(image, NODE, (), revision),)
    assert (outcome.status, outcome.error, outcome.logged_in) == ("Succeeded", "", (BASE,))
    assert unstamped(outcome) == [
        f"Alias support enabled for version >= 1.1.0, please see {ALIASES} for more information.",
        "Creating Docker network: acb_default_network, driver: 'bridge'",
        "Successfully set up Docker network: acb_default_network",
        "Setting up Docker configuration...",
        "Successfully set up Docker configuration",
        f"Logging in to registry: {BASE}",
        f"Successfully logged into {BASE}",
        f"Logging in to registry: {SERVER}",
        f"Successfully logged into {SERVER}",
        "Executing step ID: acb_step_0. Timeout(sec): 600, Working directory: '', Network: 'acb_default_network'",
        "Scanning for dependencies...",
        "Successfully scanned dependencies",
        "Launching container with name: acb_step_0",
        "Step 1/4 : ARG REGISTRY_NAME",
        "Step 2/4 : FROM ${REGISTRY_NAME}/baseimages/node:15-alpine",
        "15-alpine: Pulling from baseimages/node",
        f"Digest: {NODE.digest}",
        f"Status: Downloaded newer image for {BASE}/baseimages/node:15-alpine",
        "Step 3/4 : COPY . /src",
        "Step 4/4 : EXPOSE 80",
        next(line for line in texts(outcome) if line.startswith("Successfully built ")),
        f"Successfully tagged {SERVER}/hello-world:cf10",
        "Successfully executed container: acb_step_0",
        "Executing step ID: acb_step_1. Timeout(sec): 600, Working directory: '', Network: 'acb_default_network'",
        f"Pushing image: {SERVER}/hello-world:cf10, attempt 1",
        f"The push refers to repository [{SERVER}/hello-world]",
        f"cf10: digest: {image.digest} size: 1366",
        f"Successfully pushed image: {SERVER}/hello-world:cf10",
        "Step ID: acb_step_0 marked as successful (elapsed time in seconds: 3.913000)",
        "Populating digests for step ID: acb_step_0...",
        "Successfully populated digests for step ID: acb_step_0",
        "Step ID: acb_step_1 marked as successful (elapsed time in seconds: 2.004000)",
        "The following dependencies were found:",
        "",
        "- image:",
        f"    registry: {SERVER}",
        "    repository: hello-world",
        "    tag: cf10",
        f"    digest: {image.digest}",
        "  runtime-dependency:",
        f"    registry: {BASE}",
        "    repository: baseimages/node",
        "    tag: 15-alpine",
        f"    digest: {NODE.digest}",
        "  git:",
        f"    git-head-revision: {revision}",
        "",
        "Run ID: cf10 was successful after 8s",
    ]


def test_time_stamps_follow_the_clock_past_midnight() -> None:
    outcome = run(cross_registry_request(base_credential()), cross_registry_cloud())
    stamps = [text[:19] for text in texts(outcome) if text.startswith("2026/")]
    assert (stamps[0], stamps[-1]) == ("2026/11/21 23:59:58", "2026/11/22 00:00:06")
    assert stamps == sorted(stamps)


REFUSED_PULL = [
    "Executing step ID: acb_step_0. Timeout(sec): 600, Working directory: '', Network: 'acb_default_network'",
    "Scanning for dependencies...",
    "Successfully scanned dependencies",
    "Launching container with name: acb_step_0",
    "Step 1/4 : ARG REGISTRY_NAME",
    "Step 2/4 : FROM ${REGISTRY_NAME}/baseimages/node:15-alpine",
    (
        f'Head "https://{BASE}/v2/baseimages/node/manifests/15-alpine": unauthorized: authentication required,'
        " visit https://aka.ms/acr/authorization for more information."
    ),
    "Container failed during run: acb_step_0. No retries remaining.",
    "failed to run step ID: acb_step_0: exit status 1",
    "",
    "Run ID: cf10 failed after 3s. Error: failed during run, err: exit status 1",
]


def test_a_task_without_the_credential_fails_at_the_base_image() -> None:
    outcome = run(cross_registry_request(), cross_registry_cloud())
    assert steps_part(outcome) == REFUSED_PULL
    assert (outcome.status, outcome.logged_in) == ("Failed", ())
    assert outcome.error == "failed during run, err: exit status 1"


def test_an_identity_without_the_role_logs_in_and_fails_at_the_base_image() -> None:
    cloud = cross_registry_cloud()
    cloud.pullers.discard((BASE, USER_ASSIGNED))
    outcome = run(cross_registry_request(base_credential()), cloud)
    assert steps_part(outcome)[:-1] == REFUSED_PULL[:-1]
    assert outcome.logged_in == (BASE,)


def test_a_credential_of_an_identity_that_the_task_does_not_have_ends_the_run_before_any_step() -> None:
    credential = RegistryCredential(BASE, "55555555-eeee-4eee-8eee-555555555555")
    outcome = run(cross_registry_request(credential), cross_registry_cloud())
    assert texts(outcome)[1:] == [
        (
            "failed to unmarshal task before running: failed to resolve secrets: unable to get ARM token: adal: Refresh"
            " request failed. Status Code = '400'. Response body: "
            '{"error": "invalid_request", "error_description": "Identity not found"}'
            " Endpoint http://169.254.169.254/metadata/identity/oauth2/token"
        ),
        *TAIL,
    ]


@pytest.mark.parametrize(("status", "words"), [(401, "401 Unauthorized"), (403, "403 Forbidden")])
def test_a_registry_that_refuses_the_exchange_ends_the_run_before_any_step(status: int, words: str) -> None:
    cloud = cross_registry_cloud()
    cloud.exchanges[BASE] = Refusal(status, "X", "no")
    outcome = run(cross_registry_request(base_credential()), cloud)
    assert texts(outcome)[1:] == [
        (
            "failed to unmarshal task before running: failed to resolve secrets:"
            f" failed to get ACR refresh token, exchange API response code: {words}"
        ),
        *TAIL,
    ]


def test_a_registry_that_does_not_exist_ends_the_run_before_any_step() -> None:
    cloud = cross_registry_cloud()
    cloud.exchanges[BASE] = Refusal(0, "HostNotFound", f"dial tcp: lookup {BASE}: no such host")
    outcome = run(cross_registry_request(base_credential()), cloud)
    said = f'Post "https://{BASE}/oauth2/exchange": dial tcp: lookup {BASE}: no such host'
    assert texts(outcome)[1] == f"failed to unmarshal task before running: failed to resolve secrets: {said}"


def test_a_credential_that_no_step_needs_fails_the_run_all_the_same() -> None:
    cloud = cross_registry_cloud()
    cloud.exchanges["unused.azurecr.io"] = Refusal(401, "X", "no")
    credentials = (base_credential(), RegistryCredential("unused.azurecr.io", "[system]"))
    assert run(cross_registry_request(*credentials), cloud).status == "Failed"


def test_a_base_image_that_does_not_exist_is_named() -> None:
    cloud = cross_registry_cloud()
    cloud.images.clear()
    lines = texts(run(cross_registry_request(base_credential()), cloud))
    assert (
        f"manifest for {BASE}/baseimages/node:15-alpine not found: manifest unknown:"
        ' manifest tagged by "15-alpine" is not found'
    ) in lines


def test_a_task_that_may_not_push_tries_three_times() -> None:
    cloud = cross_registry_cloud()
    cloud.pushers.clear()
    image = f"{SERVER}/hello-world:cf10"
    refers = f"The push refers to repository [{SERVER}/hello-world]"
    denied = "unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information."
    lines = unstamped(run(cross_registry_request(base_credential()), cloud))
    assert lines[lines.index(f"Pushing image: {image}, attempt 1") :] == [
        f"Pushing image: {image}, attempt 1",
        refers,
        denied,
        f"Pushing image: {image}, attempt 2",
        refers,
        denied,
        f"Pushing image: {image}, attempt 3",
        refers,
        denied,
        "failed to run step ID: acb_step_1: failed to push images successfully",
        "",
        "Run ID: cf10 failed after 14s. Error: failed during run, err: exit status 1",
    ]


def test_without_login_mode_the_task_does_not_log_in_to_its_own_registry() -> None:
    request = replace(cross_registry_request(base_credential()), logs_in_to_source=False)
    outcome = run(request, cross_registry_cloud())
    assert f"Logging in to registry: {SERVER}" not in unstamped(outcome)
    assert outcome.status == "Failed"


def test_an_identity_for_the_own_registry_takes_the_place_of_the_services_login() -> None:
    cloud = cross_registry_cloud()
    cloud.pushers = {(SERVER, SYSTEM)}
    request = replace(cross_registry_request(base_credential()), source_identity="[system]", logs_in_to_source=False)
    outcome = run(request, cloud)
    assert (outcome.status, outcome.logged_in) == ("Succeeded", (BASE,))


def test_a_repository_that_cannot_be_read_fails_the_scan() -> None:
    cloud = cross_registry_cloud()
    cloud.files.clear()
    lines = unstamped(run(cross_registry_request(base_credential()), cloud))
    assert lines[-5:-1] == [
        "Scanning for dependencies...",
        (
            "Output from dependency scanning: error opening dockerfile: acb_step_0/Dockerfile-app,"
            " error: open acb_step_0/Dockerfile-app: no such file or directory"
        ),
        "failed to run step ID: acb_step_0: failed to scan dependencies: exit status 1",
        "",
    ]
