"""Single steps: commands, pushes, retries, errors that are ignored."""

from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.runner_port import Image
from emulator.runner.fake_surroundings import FakeSurroundings, digest_of
from emulator.runner.outcome_text import run_text, steps_part, texts, unstamped
from emulator.runner.seed_flows import SERVER

CONTEXT = "https://github.com/o/r.git"
TOOL = "docker.io/library/tool:latest"


def _cloud(dockerfile: str = "FROM scratch\n") -> FakeSurroundings:
    return FakeSurroundings(
        images={TOOL},
        pushers={(SERVER, "source"), ("docker.io", "u")},
        passwords={("docker.io", "u", "pw"), ("other.io", "u", "pw")},
        files={(CONTEXT, "Dockerfile"): dockerfile},
    )


def _steps(*steps: str) -> str:
    return "version: v1.1.0\nsteps:\n" + "".join(f"  - {step}\n" for step in steps)


def test_an_image_that_does_not_exist_fails_a_command_as_docker_run_does() -> None:
    outcome = run_text(_steps("cmd: nope do"), _cloud())
    assert steps_part(outcome)[1:-1] == [
        "Launching container with name: acb_step_0",
        "Unable to find image 'nope:latest' locally",
        (
            "docker: Error response from daemon: manifest for nope:latest not found: manifest unknown:"
            ' manifest tagged by "latest" is not found.'
        ),
        "See 'docker run --help'.",
        "Container failed during run: acb_step_0. No retries remaining.",
        "failed to run step ID: acb_step_0: exit status 125",
        "",
    ]


def test_docker_hub_says_the_same_of_private_images_and_of_those_that_do_not_exist() -> None:
    cloud = _cloud()
    cloud.pullers = {("docker.io", "u")}
    assert texts(run_text(_steps("cmd: user/private"), cloud))[-6] == (
        "docker: Error response from daemon: pull access denied for user/private, repository does not exist or may"
        " require 'docker login': denied: requested access to the resource is denied."
    )


def test_an_image_that_the_run_has_built_is_not_pulled() -> None:
    build = f"build: -t $Registry/app:$ID {CONTEXT}"
    outcome = run_text(_steps(build, "cmd: $Registry/app:$ID --help"), _cloud())
    assert outcome.status == "Succeeded"
    assert not [line for line in texts(outcome) if "Unable to find" in line]


def test_an_image_that_nobody_built_is_not_pushed() -> None:
    outcome = run_text(_steps("push: [$Registry/app]"), _cloud())
    assert texts(outcome).count(f"An image does not exist locally with the tag: {SERVER}/app") == 3
    assert texts(outcome)[-3] == "failed to run step ID: acb_step_0: failed to push images successfully"


def test_a_name_without_registry_is_pushed_to_docker_hub_and_once_only() -> None:
    outcome = run_text(_steps(f"build: -t b {CONTEXT}", "push: [b, 'b:latest']"), _cloud())
    lines = unstamped(outcome)
    assert "The push refers to repository [docker.io/library/b]" in lines
    assert lines.count("Pushing image: b:latest, attempt 1") == 1
    assert lines.count("denied: requested access to the resource is denied") == 3


def test_equal_builds_have_equal_digests() -> None:
    content = _steps(f"build: -t $Registry/a -t $Registry/b {CONTEXT}", "push: [$Registry/a, $Registry/b]")
    first, second = run_text(content, _cloud()).pushed
    other = run_text(content, _cloud("FROM scratch\nENV A=1\n")).pushed[0]
    assert first == Image(SERVER, "a", "latest", first.digest)
    assert first.digest == second.digest != other.digest


def test_errors_can_be_ignored() -> None:
    outcome = run_text(_steps("{cmd: nope, ignoreErrors: true}", "cmd: tool"), _cloud())
    said = "encountered an error: exit status 125, but is set to ignore errors. Continuing..."
    assert outcome.status == "Succeeded"
    assert f"Step ID: acb_step_0 {said}" in unstamped(outcome)


def test_a_step_is_tried_again_as_often_as_it_says() -> None:
    lines = unstamped(run_text(_steps("{cmd: nope, retries: 2, retryDelay: 7}"), _cloud()))
    assert lines.count("Launching container with name: acb_step_0") == 3
    assert lines.count("Container failed during run: acb_step_0, waiting 7 seconds before retrying...") == 2


def test_retries_end_with_the_time_of_the_step() -> None:
    outcome = run_text(_steps("{cmd: nope, retries: 1000000, timeout: 20}"), _cloud())
    assert texts(outcome)[-3] == "failed to run step ID: acb_step_0: timed out"
    assert outcome.seconds < 30


def test_waits_show_in_the_clock() -> None:
    outcome = run_text(_steps("{cmd: tool, startDelay: 90}"), _cloud())
    assert "Waiting 90 seconds before executing step ID: acb_step_0" in unstamped(outcome)
    assert texts(outcome)[-1] == "Run ID: cb1 was successful after 1m33s"


@pytest.mark.parametrize(
    "command",
    [
        "tool echo pw | docker login -u u --password-stdin",
        'tool -c "echo pw | docker login --username u --password-stdin docker.io"',
        "tool true && docker login -u u -p pw",
        "tool printf %s pw | docker login -u=u --password-stdin https://index.docker.io/v1/",
    ],
)  # fmt: skip
def test_a_docker_login_in_a_command_gives_the_run_a_login(command: str) -> None:
    steps = (f"cmd: {command}", f"build: -t u/app {CONTEXT}", "push: [u/app]")
    assert run_text(_steps(*steps), _cloud()).status == "Succeeded"


@pytest.mark.parametrize(
    "command",
    [
        "tool echo docker login -u u -p pw",
        "tool -c 'cat file | docker login -u u --password-stdin'",
        "tool false || docker login -u u -p pw",
        "tool echo pw | docker login -u u --password-stdin other.io",
    ],
)
def test_what_is_no_login_to_docker_hub_gives_none(command: str) -> None:
    steps = (f"cmd: {command}", f"build: -t u/app {CONTEXT}", "push: [u/app]")
    outcome = run_text(_steps(*steps), _cloud())
    assert texts(outcome)[-3] == "failed to run step ID: acb_step_2: failed to push images successfully"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("tool echo no | docker login -u u --password-stdin", "Failed"),
        ("tool echo no | docker login -u u --password-stdin || true", "Succeeded"),
        ("tool echo no | docker login -u u --password-stdin; true", "Succeeded"),
        ("tool echo pw | docker login --password-stdin", "Failed"),
        ("tool docker login", "Failed"),
    ],
)
def test_a_login_that_fails_fails_the_command_if_it_is_the_last(command: str, status: str) -> None:
    assert run_text(_steps(f"cmd: {command}"), _cloud()).status == status


def test_an_image_can_be_tagged_or_built_by_a_command() -> None:
    steps = ("cmd: tool docker build -t a .", "cmd: tool docker tag a $Registry/b:1", "push: ['$Registry/b:1']")
    assert [image.repository for image in run_text(_steps(*steps), _cloud()).pushed] == ["b"]


def test_docker_on_the_agent_needs_no_image_and_pulls_tags_and_pushes() -> None:
    steps = ("cmd: docker pull tool", "cmd: docker tag tool $Registry/b:1", "cmd: docker image push $Registry/b:1")
    outcome = run_text(_steps(*steps), _cloud())
    assert (outcome.status, [image.repository for image in outcome.pushed]) == ("Succeeded", ["b"])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("docker pull nope", "Error response from daemon: manifest for nope:latest not found: manifest unknown:"),
        ("docker push nope", "Error response from daemon: An image does not exist locally with the tag: nope"),
        ("docker rmi nope", "Error response from daemon: No such image: nope:latest"),
        ("docker run --rm nope", "docker: Error response from daemon: manifest for nope:latest not found: manifest"),
        ("docker pull", "docker: requires at least 1 argument."),
        ("docker pull tool && docker rmi tool tool", "Error response from daemon: No such image: tool:latest"),
    ],
)
def test_what_docker_cannot_do_on_the_agent_fails_the_command(command: str, said: str) -> None:
    outcome = run_text(_steps(f"cmd: {command}"), _cloud())
    assert outcome.status == "Failed"
    assert any(line.startswith(said) for line in texts(outcome)), texts(outcome)


@pytest.mark.parametrize(
    "options", ["-t", "-it --rm", "-e A=b", "-eA=b", "--env A=b", "--network=host -v /a:/b -p80:80", "-itv /a:/b", "--"]
)
def test_options_of_docker_may_stand_before_the_image(options: str) -> None:
    assert run_text(_steps(f"cmd: {options} tool run"), _cloud()).status == "Succeeded"
    assert run_text(_steps(f"cmd: {options} nope run"), _cloud()).status == "Failed"


def test_the_platform_of_a_base_image_fails_the_scan() -> None:
    cloud = _cloud("FROM --platform=linux/amd64 tool AS x\n")
    assert unstamped(run_text(_steps(f"build: -t a {CONTEXT}"), cloud))[-4:-2] == [
        "Output from dependency scanning: unable to understand line FROM --platform=linux/amd64 tool AS x",
        "failed to run step ID: acb_step_0: failed to scan dependencies: exit status 1",
    ]


@pytest.mark.parametrize(
    ("build", "said", "status"),
    [
        (f"-t a {CONTEXT} --tag=B:1", ('invalid argument "B:1" for "-t, --tag" flag: invalid reference format:'
         " repository name (library/B) must be lowercase"), 125),
        (f"-t a --label 'x {CONTEXT}", "/bin/sh: syntax error: unterminated quoted string", 2),
        (f"-t a x {CONTEXT}", '"docker build" requires exactly 1 argument.', 1),
        (f"-t a {CONTEXT} --target=t", "failed to reach build target t in Dockerfile", 1),
    ],
)  # fmt: skip
def test_a_build_that_docker_refuses_fails_with_its_words(build: str, said: str, status: int) -> None:
    lines = texts(run_text(_steps(f"build: {build}"), _cloud()))
    assert said in lines
    assert lines[-3] == f"failed to run step ID: acb_step_0: exit status {status}"


def test_a_context_that_is_no_repository_is_warned_of() -> None:
    lines = unstamped(run_text(_steps("build: -t a https://github.com/o/r"), _cloud()))
    assert (
        "WARNING: https://github.com/o/r might not be valid context. Valid Git repositories should end with .git."
    ) in lines


def test_a_local_build_reads_from_the_context_of_the_task() -> None:
    cloud = _cloud()
    cloud.files = {(CONTEXT, "sub/Dockerfile"): "FROM scratch\n", (CONTEXT, "other/D"): "FROM scratch\n"}
    steps = ("build: -t a ./sub", "{build: -t b -f D ., workingDirectory: other}")
    outcome = run_text(_steps(*steps), cloud, context=CONTEXT)
    assert outcome.status == "Succeeded"
    assert unstamped(outcome)[:2] == ["Downloading source code...", "Finished downloading source code"]


def test_own_networks_take_the_place_of_the_default_one() -> None:
    content = (
        "networks: [{name: n, driver: bridge, isDefault: true}, {name: m, skipCreation: true}]\nsteps: [{cmd: tool}]"
    )
    lines = unstamped(run_text(content, _cloud()))
    assert lines[:3] == [
        "Creating Docker network: n, driver: 'bridge'",
        "Successfully set up Docker network: n",
        "Skip creating network: m",
    ]
    assert "Executing step ID: acb_step_0. Timeout(sec): 600, Working directory: '', Network: 'n'" in lines


def test_scratch_is_reported_without_a_digest_and_odd_tags_in_quotes() -> None:
    dockerfile = "FROM tool AS a\nFROM scratch\nCOPY --from=a / /\n"
    outcome = run_text(_steps(f"build: -t $Registry/a:1.10 {CONTEXT}"), _cloud(dockerfile))
    lines = texts(outcome)
    assert lines[lines.index("- image:") : -4] == [
        "- image:",
        f"    registry: {SERVER}",
        "    repository: a",
        '    tag: "1.10"',
        "  runtime-dependency:",
        "    registry: registry.hub.docker.com",
        "    repository: library/scratch",
        "    tag: latest",
        "  buildtime-dependency:",
        "  - registry: registry.hub.docker.com",
        "    repository: library/tool",
        "    tag: latest",
        f"    digest: {digest_of('docker.io', 'library/tool', 'latest')}",
    ]


def test_an_explicit_pull_fails_the_step_before_its_container() -> None:
    lines = unstamped(run_text(_steps("{cmd: nope, pull: true}"), _cloud()))
    assert lines[-5:-2] == [
        "Step specified pull. Performing an explicit pull...",
        (
            "Error response from daemon: manifest for nope:latest not found: manifest unknown:"
            ' manifest tagged by "latest" is not found'
        ),
        "failed to run step ID: acb_step_0: exit status 1",
    ]


def test_an_explicit_pull_is_done_even_if_the_image_is_here() -> None:
    lines = texts(run_text(_steps("cmd: tool", "{cmd: tool, pull: true}"), _cloud()))
    assert lines.count("latest: Pulling from library/tool") == 2


@pytest.mark.parametrize(
    ("command", "said", "status"),
    [
        ("tool 'x", "/bin/sh: syntax error: unterminated quoted string", 2),
        ("$HOME", '"docker run" requires at least 1 argument.', 1),
        ('tool -c "echo \'x"', "sh: syntax error: unterminated quoted string", 2),
        ("tool docker tag none other", "Error response from daemon: No such image: none:latest", 1),
        ("tool docker build -t B:1 .", "invalid reference format: repository name (library/B) must be lowercase", 1),
    ],
)
def test_a_command_that_cannot_be_run_says_why(command: str, said: str, status: int) -> None:
    lines = texts(run_text(_steps(f"cmd: {command}"), _cloud()))
    assert said in lines
    assert lines[-3] == f"failed to run step ID: acb_step_0: exit status {status}"


def test_an_image_name_that_is_none_cannot_be_pushed() -> None:
    assert (
        texts(run_text(_steps("push: ['A:1']"), _cloud())).count(
            "invalid reference format: repository name (library/A) must be lowercase"
        )
        == 3
    )


def test_build_cache_starts_buildkit() -> None:
    outcome = run_text(_steps(f"{{build: -t a {CONTEXT}, cache: enabled}}"), _cloud("FROM scratch\n"))
    assert "Task will use build cache, initializing buildkitd container" in unstamped(outcome)
    assert outcome.status == "Succeeded"
