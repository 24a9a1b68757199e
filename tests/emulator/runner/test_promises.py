"""What must hold for every run."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

import acr_identity.emulator.runner as package
from acr_identity.emulator.kernel.runner_port import DockerStep, RegistryCredential, Secret, TaskFileStep, Value
from acr_identity.emulator.runner import Outcome, RunRequest, run
from emulator.runner.fake_surroundings import FakeSurroundings
from emulator.runner.outcome_text import texts
from emulator.runner.seed_flows import (
    CROSS_REGISTRY,
    DOCKER_HUB,
    HELLO_CONTEXT,
    SERVER,
    VAULT,
    base_credential,
    cross_registry_cloud,
    cross_registry_request,
    docker_hub_cloud,
    docker_hub_request,
)

MARKER = "PLANTED-marker-7f3a"

pieces = st.sampled_from([
    "{{", "}}", "|", "'", '"', "$", "$$", "\n", "  ", "- ", "[", "{", "&a", "*a", "<<: ", "!!int ", "secrets:", "(",
    ")", "{{if .x}}", "{{end}}", "cmd: ", "build: ", "push: ", "when: [-]", "alias:\n  values:\n    a: b\n",
    "docker login -u a -p b ", "&&", ";", "`", "\\", "-t ", "--tag=", "--target ", "version: v1.1.0\n", ".Secrets.a",
    "\x00", "\ud800", '"\\U99999999"', "2001-99-99", "cache: enabled", "env: [DOCKER_BUILDKIT=1]", HELLO_CONTEXT,
])  # fmt: skip
secrets = st.one_of(
    st.just(MARKER),
    st.builds("{}{}".format, st.just(MARKER), st.text(max_size=4)),
    st.builds(
        "{}{}{}".format, st.text("'\"\n:{}[]- \\*&#|", max_size=4), st.just(MARKER), st.text("'\": ", max_size=4)
    ),
)


@st.composite
def broken_task_files(draw: st.DrawFn) -> str:
    """A real task file with a few cuts and pastes, or any text."""
    text = draw(st.sampled_from([CROSS_REGISTRY, DOCKER_HUB]))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 20])))
        text = text[:start] + draw(pieces) + text[end:]
    return text


def _check(outcome: Outcome) -> None:
    assert outcome.status == ("Failed" if outcome.error else "Succeeded")
    assert all(before.at < after.at for before, after in pairwise(outcome.log))
    assert outcome.seconds == outcome.log[-1].at
    assert not [line for line in outcome.log if "\n" in line.text]
    assert outcome.log[-2].text == ""
    assert outcome.log[-1].text.startswith("Run ID: ")


@given(st.one_of(st.text(), broken_task_files()))
def test_any_task_file_has_an_outcome(content: str) -> None:
    step = TaskFileStep(content)
    _check(run(replace(docker_hub_request(), step=step), docker_hub_cloud()))
    _check(run(replace(cross_registry_request(base_credential()), step=step), cross_registry_cloud()))


@given(st.text(), st.text(), st.text())
def test_any_dockerfile_step_has_an_outcome(context: str, name: str, value: str) -> None:
    step = DockerStep(context, name, (name,), is_push_enabled=True, arguments=(Value("A", value),))
    _check(run(RunRequest("cb1", "t", SERVER, step), FakeSurroundings()))


@given(st.one_of(st.text(), st.text("FROMARGCPY \n${}:-=a\\#")))
def test_any_dockerfile_has_an_outcome(text: str) -> None:
    cloud = docker_hub_cloud()
    cloud.files = dict.fromkeys(cloud.files, text)
    _check(run(docker_hub_request(), cloud))


@given(secrets, st.sampled_from([
    DOCKER_HUB,
    DOCKER_HUB.replace("{{.Values.PrivateRepo}}", "hubuser/{{.Secrets.password}}"),
    DOCKER_HUB.replace("{{.Values.PrivateRepo}}", "{{.Secrets.password}}"),
    DOCKER_HUB.replace("version: v1.1.0", "version: v1.1.0\nstepTimeout: {{.Secrets.password}}"),
    DOCKER_HUB.replace("-f hello", "--build-arg A={{.Secrets.password}} -f hello"),
    DOCKER_HUB.replace("cmd: bash", "id: '{{.Secrets.password}}'\n    cmd: bash"),
    DOCKER_HUB.replace("hello-world.dockerfile", "{{.Secrets.password}}"),
    DOCKER_HUB.replace("version: v1.1.0", "version: v1.1.0\nworkingDirectory: {{.Secrets.password | quote}}"),
]))  # fmt: skip
def test_no_line_of_the_log_holds_a_secret_of_a_vault(secret: str, content: str) -> None:
    cloud = docker_hub_cloud()
    cloud.secrets[f"{VAULT}/secrets/password"] = secret
    cloud.passwords.add(("docker.io", "hubuser", secret))
    cloud.pushers.add(("docker.io", "hubuser"))
    outcome = run(replace(docker_hub_request(), step=TaskFileStep(content)), cloud)
    assert not [text for text in texts(outcome) if MARKER in text and secret in text]
    assert not [text for text in texts(outcome) if secret == MARKER and MARKER.lower() in text.lower()]


@given(st.sampled_from(["{{.Values.x}}", "'{{.Values.x}}'", "x {{.Values.x}}"]))
def test_no_line_of_the_log_holds_a_secret_of_the_request(shape: str) -> None:
    content = f"version: {shape}\nsteps: [{{cmd: {shape}}}, {{push: [{shape}]}}]"
    request = RunRequest(
        "cb1",
        "t",
        SERVER,
        TaskFileStep(content),
        values=(Value("x", MARKER, is_secret=True),),
        credentials=(RegistryCredential("o.azurecr.io", user_name=Secret(MARKER + "u"), password=Secret(MARKER)),),
    )
    assert not [text for text in texts(run(request, FakeSurroundings())) if MARKER in text]


SHOW = "from emulator.runner.seed_flows import *; from acr_identity.emulator.runner import run; print({})"


def _printed(expression: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SHOW.format(expression)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_equal_runs_have_equal_outcomes_whatever_the_hash_seed() -> None:
    expression = "run(docker_hub_request(), docker_hub_cloud()), "
    expression += "run(cross_registry_request(base_credential()), cross_registry_cloud())"
    outcome = (
        run(docker_hub_request(), docker_hub_cloud()),
        run(cross_registry_request(base_credential()), cross_registry_cloud()),
    )
    assert _printed(expression, "1") == _printed(expression, "2") == f"{outcome[0]} {outcome[1]}\n"


def test_the_examples_in_the_docstrings_are_true() -> None:
    names = [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    results = {name: doctest.testmod(importlib.import_module(name)) for name in names}
    assert {name: result.failed for name, result in results.items() if result.failed} == {}
    assert sum(result.attempted for result in results.values()) > 20
