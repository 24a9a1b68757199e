"""The flow that reads a Docker Hub password from a key vault, and each way in which it fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.emulator.kernel.runner_port import Dependency, Image, TaskFileStep
from acr_identity.emulator.runner import Outcome, run
from emulator.runner.fake_surroundings import FakeSurroundings, digest_of
from emulator.runner.outcome_text import steps_part, texts, unstamped
from emulator.runner.seed_flows import (
    DOCKER_HUB,
    PASSWORD,
    SERVER,
    VAULT,
    docker_hub_cloud,
    docker_hub_request,
)

TAIL = ["", "Run ID: cf24 failed after 0s. Error: failed during run, err: exit status 1"]
NOT_RESOLVED = "unable to render task: failed to resolve secrets in the task with error: "


def _run(cloud: FakeSurroundings) -> Outcome:
    return run(docker_hub_request(), cloud)


def test_an_identity_that_may_get_the_secrets_logs_in_builds_and_pushes() -> None:
    outcome = _run(docker_hub_cloud())
    (image,) = outcome.pushed
    hello = Image("docker.io", "library/hello-world", "latest", digest_of("docker.io", "library/hello-world", "latest"))
    assert image == Image("docker.io", "hubuser/hubrepo", "cf24", image.digest)
    assert outcome.dependencies == (Dependency(image, hello, (), outcome.dependencies[0].git_revision),)
    assert (outcome.status, outcome.logged_in) == ("Succeeded", ())
    assert steps_part(outcome)[1:10] == [
        "Launching container with name: acb_step_0",
        "Unable to find image 'mcr.microsoft.com/acr/bash:2ff604c' locally",
        "2ff604c: Pulling from acr/bash",
        f"Digest: {digest_of('mcr.microsoft.com', 'acr/bash', '2ff604c')}",
        "Status: Downloaded newer image for mcr.microsoft.com/acr/bash:2ff604c",
        "WARNING! Your password will be stored unencrypted in /acb/home/.docker/config.json.",
        "Configure a credential helper to remove this warning. See",
        "https://docs.docker.com/engine/reference/commandline/login/#credentials-store",
        "",
    ]


def test_the_report_names_docker_hub_by_its_long_host() -> None:
    outcome = _run(docker_hub_cloud())
    lines = texts(outcome)
    start = lines.index("- image:")
    assert lines[start : start + 9] == [
        "- image:",
        "    registry: registry.hub.docker.com",
        "    repository: hubuser/hubrepo",
        "    tag: cf24",
        f"    digest: {outcome.pushed[0].digest}",
        "  runtime-dependency:",
        "    registry: registry.hub.docker.com",
        "    repository: library/hello-world",
        "    tag: latest",
    ]


def test_an_identity_without_get_ends_the_run_before_any_step() -> None:
    cloud = docker_hub_cloud()
    cloud.readers.clear()
    assert texts(_run(cloud))[1:] == [
        (
            f"{NOT_RESOLVED}keyvault.BaseClient#GetSecret: Failure responding to request: StatusCode=403"
            ' -- Original Error: autorest/azure: Service returned an error. Status=403 Code="Forbidden"'
            ' Message="Caller is not authorized to perform action on resource.\\r\\nWait."'
            ' InnerError={"code":"ForbiddenByRbac"}'
        ),
        *TAIL,
    ]


def test_a_secret_that_does_not_exist_ends_the_run_before_any_step() -> None:
    cloud = docker_hub_cloud()
    del cloud.secrets[f"{VAULT}/secrets/username"]
    assert texts(_run(cloud))[1:] == [
        (
            f"{NOT_RESOLVED}keyvault.BaseClient#GetSecret: Failure responding to request: StatusCode=404"
            ' -- Original Error: autorest/azure: Service returned an error. Status=404 Code="SecretNotFound"'
            ' Message="A secret with (name/id) x was not found in this key vault."'
        ),
        *TAIL,
    ]


def test_a_task_without_identity_ends_the_run_before_any_step() -> None:
    cloud = docker_hub_cloud()
    cloud.identities.clear()
    assert texts(_run(cloud))[1:] == [
        (
            f"{NOT_RESOLVED}azure.BearerAuthorizer#WithAuthorization: Failed to refresh the Token for request to"
            f" {VAULT}/secrets/username/?api-version=7.0: StatusCode=400 -- Original Error: adal: Refresh request"
            " failed. Status Code = '400'. Response body: "
            '{"error": "invalid_request", "error_description": "Identity not found"}'
            " Endpoint http://169.254.169.254/metadata/identity/oauth2/token"
        ),
        *TAIL,
    ]


def test_a_password_that_docker_hub_does_not_take_fails_the_first_step() -> None:
    cloud = docker_hub_cloud()
    cloud.passwords.clear()
    outcome = _run(cloud)
    assert unstamped(outcome)[-5:] == [
        (
            'Error response from daemon: Get "https://registry-1.docker.io/v2/":'
            " unauthorized: incorrect username or password"
        ),
        "Container failed during run: acb_step_0. No retries remaining.",
        "failed to run step ID: acb_step_0: exit status 1",
        "",
        "Run ID: cf24 failed after 4s. Error: failed during run, err: exit status 1",
    ]


@pytest.mark.parametrize(
    ("password", "said", "status"),
    [
        ("", "Error: Cannot perform an interactive login from a non TTY device", 1),
        ("it's", "/bin/sh: syntax error: unterminated quoted string", 2),
    ],
)
def test_a_password_that_the_command_cannot_carry_fails_the_first_step(password: str, said: str, status: int) -> None:
    cloud = docker_hub_cloud()
    cloud.secrets[f"{VAULT}/secrets/password"] = password
    lines = unstamped(_run(cloud))
    assert lines[-5] == said
    assert lines[-3] == f"failed to run step ID: acb_step_0: exit status {status}"


def test_a_user_who_may_not_push_is_denied() -> None:
    cloud = docker_hub_cloud()
    cloud.pushers.clear()
    lines = texts(_run(cloud))
    assert lines.count("denied: requested access to the resource is denied") == 3
    assert lines[-3] == "failed to run step ID: acb_step_2: failed to push images successfully"


def test_a_run_without_the_value_fails_as_the_tag_has_no_name() -> None:
    request = replace(docker_hub_request(), values=())
    lines = unstamped(run(request, docker_hub_cloud()))
    assert lines[-4:-2] == [
        (
            "Output from dependency scanning: Failed to parse image reference, ensure tags have a valid format: :cf24:"
            " invalid reference format"
        ),
        "failed to run step ID: acb_step_1: failed to scan dependencies: exit status 1",
    ]


def test_with_version_1_0_0_aliases_stay_and_bash_is_docker_hubs() -> None:
    request = replace(docker_hub_request(), step=TaskFileStep(DOCKER_HUB.replace("v1.1.0", "v1.0.0")))
    lines = texts(run(request, docker_hub_cloud()))
    assert "Unable to find image 'bash:latest' locally" in lines
    assert not [line for line in lines if "Alias support" in line]


def test_a_secret_that_breaks_the_yaml_is_not_shown() -> None:
    cloud = docker_hub_cloud()
    secret = "first-half\n: second-half"
    cloud.secrets[f"{VAULT}/secrets/password"] = secret
    lines = texts(_run(cloud))
    start = "failed to unmarshal task before running: failed to deserialize task and validate: yaml: "
    assert lines[1].startswith(start)
    assert not [line for line in lines if "second-half" in line or "first-half" in line]


def test_a_secret_in_the_name_of_an_image_is_shown_as_stars() -> None:
    content = DOCKER_HUB.replace("{{.Values.PrivateRepo}}", "hubuser/{{.Secrets.password}}")
    outcome = run(replace(docker_hub_request(), step=TaskFileStep(content)), docker_hub_cloud())
    assert outcome.pushed[0].repository == f"hubuser/{PASSWORD}"
    assert "Pushing image: hubuser/***:cf24, attempt 1" in unstamped(outcome)
    assert not [line for line in texts(outcome) if PASSWORD in line]


def test_the_login_of_a_command_does_not_reach_buildkits_look_at_digests() -> None:
    content = DOCKER_HUB.replace("hello-world.dockerfile", "hello-world.dockerfile\n    env: [DOCKER_BUILDKIT=1]")
    cloud = docker_hub_cloud()
    cloud.pullers = {("docker.io", "hubuser"), (SERVER, "source")}
    outcome = run(replace(docker_hub_request(), step=TaskFileStep(content)), cloud)
    assert texts(outcome)[-3] == (
        "Failed to Resolve the reference 'hello-world:latest': pull access denied, repository does not exist or may"
        " require authorization: server message: insufficient_scope: authorization failed"
    )
