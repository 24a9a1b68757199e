"""What a spec says of a task, in the form in which Azure has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from pydantic import SecretStr

from acr_identity.plan.wanted_settings import secret_source, task_settings
from acr_identity.spec import FromEnvironment, FromVault, Task
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    PlatformSettings,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
    Value,
    VaultSecretAddress,
)
from plan.worlds import spec_of

GIT = "https://github.com/Azure-Samples/acr-tasks.git"
TOKEN = {"env": "GIT_TOKEN"}
ENVIRONMENT = {"GIT_TOKEN": "t0ken"}
ALPINE = EncodedStep(
    "version: v1.1.0\nsteps: \n  - cmd: alpine\n    disableWorkingDirectoryOverride: true\n    timeout: 3600\n"
)


def settings_of(**fields: object) -> TaskSettings:
    command = {} if {"git", "docker", "command"} & fields.keys() else {"command": "alpine"}
    task = Task.model_validate({"registry": "myregistry", **command, **fields})
    return task_settings(spec_of(task).with_environment(ENVIRONMENT).tasks["hello"])


def test_what_the_spec_leaves_out_is_not_said() -> None:
    assert settings_of() == TaskSettings(step=ALPINE)


@pytest.mark.parametrize(
    ("fields", "settings"),
    [
        ({"source_login": "default"}, TaskSettings(source_login="Default")),
        ({"source_login": "none"}, TaskSettings(source_login="None")),
        ({"agent": {"cpu": 4}}, TaskSettings(cpu=4)),
        ({"agent": {"pool": "mypool"}}, TaskSettings(pool="mypool")),
        ({"timeout": 600, "log_template": "l:1"}, TaskSettings(timeout=600, log_template="l:1")),
        ({"platform": {"os": "Linux"}}, TaskSettings(platform=PlatformSettings("Linux", "amd64"))),
        (
            {"platform": {"os": "Windows", "architecture": "arm", "variant": "v7"}},
            TaskSettings(platform=PlatformSettings("Windows", "arm", "v7")),
        ),
        ({"enabled": False}, TaskSettings(enabled=False)),
        ({"enabled": True}, TaskSettings(enabled=True)),
        (
            {"triggers": {"timers": ["0 1 * * *", {"name": "noon", "schedule": "0 12 * * *"}]}},
            TaskSettings(timers=(TimerTrigger("t1", "0 1 * * *"), TimerTrigger("noon", "0 12 * * *"))),
        ),
        ({"triggers": {"timers": []}}, TaskSettings(timers=())),
        ({"triggers": {"sources": []}}, TaskSettings(sources=())),
        (
            {"triggers": {"base_image": "all"}},
            TaskSettings(base_image=BaseImageTrigger("defaultBaseimageTriggerName", "All")),
        ),
        (
            {"triggers": {"base_image": {"type": "runtime", "name": "base"}}},
            TaskSettings(base_image=BaseImageTrigger("base", "Runtime")),
        ),
        (
            {
                "triggers": {
                    "sources": [
                        {"repository": "https://GitHub.com/o/r", "token": TOKEN, "name": "hub", "branch": "next"},
                        {
                            "repository": "https://dev.azure.com/o/_git/r",
                            "token": TOKEN,
                            "events": ["commit", "pullrequest"],
                        },
                    ]
                }
            },
            TaskSettings(
                sources=(
                    SourceTriggerSettings(
                        "hub", "https://GitHub.com/o/r", "next", ("commit",), "Github", SecretStr("t0ken")
                    ),
                    SourceTriggerSettings(
                        "defaultSourceTriggerName",
                        "https://dev.azure.com/o/_git/r",
                        "main",
                        ("commit", "pullrequest"),
                        "VisualStudioTeamService",
                        SecretStr("t0ken"),
                    ),
                )
            ),
        ),
    ],
)
def test_each_setting_has_its_place_and_azures_spelling(fields: dict[str, object], settings: TaskSettings) -> None:
    assert settings_of(**fields) == replace(settings, step=ALPINE)


def test_values_are_in_the_order_of_their_names() -> None:
    values = {"C": "3", "A": TOKEN, "B": "2"}
    in_order = (Value("A", SecretStr("t0ken")), Value("B", "2"), Value("C", "3"))
    assert settings_of(values=values).step == replace(ALPINE, values=in_order)
    docker = {"context": GIT, "images": ["a:1"], "arguments": values}
    assert settings_of(docker=docker).step == DockerStep(
        "Dockerfile", GIT, ("a:1",), push=True, cache=True, arguments=in_order
    )


def test_each_part_of_a_step_has_its_place() -> None:
    git = {"context": GIT, "file": "task.yaml", "values_file": "values.yaml", "token": TOKEN}
    values = (Value("A", "1"),)
    assert settings_of(git=git, values={"A": "1"}).step == FileStep(
        "task.yaml", GIT, "values.yaml", SecretStr("t0ken"), values
    )
    docker = {
        "context": GIT,
        "file": "app.dockerfile",
        "images": ["a:1", "a:2"],
        "push": False,
        "cache": False,
        "target": "t",
        "token": TOKEN,
    }
    assert settings_of(docker=docker).step == DockerStep(
        "app.dockerfile", GIT, ("a:1", "a:2"), push=False, cache=False, target="t", token=SecretStr("t0ken")
    )


@pytest.mark.parametrize(
    ("command", "scalar"),
    [
        ("alpine", "alpine"),
        ("X11 -version", "X11 -version"),
        ("bash -c 'a'", "bash -c 'a'"),
        ("a#b:c", "a#b:c"),
        ("makeX", "makeX"),
        ("a X#b", "a X#b"),
        ("aX: b", "'aX: b'"),
        ("bash # not a comment", "'bash # not a comment'"),
        ("key: value", "'key: value'"),
        ("ends:", "'ends:'"),
        ("ends ", "'ends '"),
        (" begins", "' begins'"),
        *((f"{sign}a 'b'", f"'{sign}a ''b'''") for sign in "{}[]&*!|>'\"%@`,?:-#".replace("'", "")),
        ("'a'", "'''a'''"),
    ],
)
def test_a_command_is_quoted_where_yaml_would_read_it_as_something_else(command: str, scalar: str) -> None:
    step = settings_of(command=command).step
    assert step == EncodedStep(ALPINE.content.replace("alpine", scalar))
    assert yaml.safe_load(ALPINE.content.replace("alpine", scalar))["steps"][0]["cmd"] == command


def test_a_task_that_lost_its_step_is_no_task() -> None:
    task = Task(registry="myregistry", command="alpine").model_copy(update={"command": None})
    with pytest.raises(ValueError, match="a task without a step is no valid spec"):
        task_settings(task)


def test_a_secret_of_a_vault_is_an_address_and_one_of_the_environment_is_itself() -> None:
    from_vault = FromVault(vault="kv", secret="S")
    newest = VaultSecretAddress("https://kv.example/secrets/S")
    assert secret_source(from_vault, "https://kv.example") == newest
    versioned = from_vault.model_copy(update={"version": "1f"})
    assert secret_source(versioned, "https://kv.example") == VaultSecretAddress(f"{newest.url}/1f")
    filled = FromEnvironment(env="GIT_TOKEN").filled(ENVIRONMENT)
    assert secret_source(filled, "") == SecretStr("t0ken")
