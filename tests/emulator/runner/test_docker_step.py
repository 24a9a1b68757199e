"""Tasks whose step is a Dockerfile."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.emulator.kernel.runner_port import DockerStep, Image, RegistryCredential, RunRequest, Value
from acr_identity.emulator.runner import run
from emulator.runner.fake_surroundings import USER_ASSIGNED
from emulator.runner.outcome_text import texts, unstamped
from emulator.runner.seed_flows import BASE, NODE_CONTEXT, SERVER, base_credential, cross_registry_cloud

STEP = DockerStep(
    NODE_CONTEXT,
    "Dockerfile-app",
    ("hello:{{.Run.ID}}", f"{SERVER}/there:1", f"{BASE}/base"),
    is_push_enabled=True,
    arguments=(Value("REGISTRY_NAME", BASE), Value("TOKEN", "planted-build-secret", is_secret=True)),
)
REQUEST = RunRequest("da1", "t", SERVER, STEP, credentials=(base_credential(),))


def test_names_get_the_registry_of_the_task_unless_they_have_a_known_one() -> None:
    cloud = cross_registry_cloud()
    cloud.pushers.add((BASE, USER_ASSIGNED))
    outcome = run(REQUEST, cloud)
    digest = outcome.pushed[0].digest
    assert outcome.pushed == (
        Image(SERVER, "hello", "da1", digest),
        Image(SERVER, "there", "1", digest),
        Image(BASE, "base", "latest", digest),
    )
    assert not [line for line in texts(outcome) if "planted-build-secret" in line]


def test_the_log_has_the_layout_of_a_quick_build() -> None:
    lines = unstamped(run(replace(REQUEST, step=replace(STEP, is_push_enabled=False)), cross_registry_cloud()))
    volume = lines[2].split(" ")[1]
    assert volume.startswith("acb_vol_")
    assert lines[:10] == [
        "Downloading source code...",
        "Finished downloading source code",
        f"Using {volume} as the home volume",
        "Setting up Docker configuration...",
        "Successfully set up Docker configuration",
        f"Logging in to registry: {BASE}",
        f"Successfully logged into {BASE}",
        f"Logging in to registry: {SERVER}",
        f"Successfully logged into {SERVER}",
        "Executing step ID: build. Timeout(sec): 28800, Working directory: '', Network: ''",
    ]


def test_a_push_without_any_login_ends_the_run_first_of_all() -> None:
    outcome = run(replace(REQUEST, logs_in_to_source=False, credentials=()), cross_registry_cloud())
    assert unstamped(outcome)[2:-2] == ["when specifying push, at least one credential is required"]


def test_a_credential_that_cannot_be_had_ends_the_run_without_the_prefix_of_task_files() -> None:
    request = replace(REQUEST, credentials=(RegistryCredential(BASE, "nobody"),))
    line = unstamped(run(request, cross_registry_cloud()))[3]
    assert line.startswith("failed to resolve secrets: unable to get ARM token: adal: Refresh request failed.")


def test_a_local_context_is_read_from_the_task() -> None:
    cloud = cross_registry_cloud()
    cloud.files = {(".", "Dockerfile"): "FROM scratch\n"}
    step = DockerStep(".", "", ("a",), is_push_enabled=True)
    outcome = run(replace(REQUEST, step=step), cloud)
    assert [image.repository for image in outcome.pushed] == ["a"]
