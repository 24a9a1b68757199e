"""Each kind of step and of credential, from the spec to the plan."""

from __future__ import annotations

import pytest
import yaml
from pydantic import SecretStr

from acr_identity.changes import AddVaultAccess, CreateTask, RegistryCredential
from acr_identity.spec import Task
from acr_identity.state import (
    DockerStep,
    EncodedStep,
    FileStep,
    SourceTriggerSettings,
    Step,
    SystemIdentity,
    Value,
    VaultSecretAddress,
)
from plan.but_memory import make_plan
from plan.worlds import REGISTRY, VAULT, bare, spec_of

GIT = "https://github.com/Azure-Samples/acr-tasks.git"


def created(**fields: object) -> CreateTask:
    task = Task.model_validate({"registry": "myregistry"} | fields)
    environ = {"GIT_TOKEN": "t0ken", "API_KEY": "k3y", "HUB_PASSWORD": "pa55"}
    plan = make_plan(spec_of(task).with_environment(environ), bare())
    (change,) = (change for change in plan.changes if isinstance(change, CreateTask))
    return change


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        (
            {"git": {"context": GIT, "file": "task.yaml", "token": {"env": "GIT_TOKEN"}}},
            FileStep("task.yaml", GIT, token=SecretStr("t0ken")),
        ),
        (
            {"docker": {"context": GIT, "images": ["a:1"], "arguments": {"KEY": {"env": "API_KEY"}, "PLAIN": "x"}}},
            DockerStep(
                "Dockerfile",
                GIT,
                ("a:1",),
                push=True,
                cache=True,
                arguments=(Value("KEY", SecretStr("k3y")), Value("PLAIN", "x")),
            ),
        ),
    ],
)
def test_a_step_is_what_the_spec_says(fields: dict[str, object], step: Step) -> None:
    assert created(**fields).settings.step == step


@pytest.mark.parametrize(
    "command",
    [
        "alpine",
        "mcr.microsoft.com/hello-world",
        "bash echo 'it: is' # not a comment",
        "{{.Run.ID}}",
        "'quoted'",
        "a: b",
    ],
)
def test_a_command_becomes_a_task_file_that_says_just_that(command: str) -> None:
    step = created(command=command).settings.step
    assert isinstance(step, EncodedStep)
    assert yaml.safe_load(step.content) == {
        "version": "v1.1.0",
        "steps": [{"cmd": command, "disableWorkingDirectoryOverride": True, "timeout": 3600}],
    }


def test_a_plain_command_is_written_as_the_azure_cli_writes_it() -> None:
    step = created(command="mcr.microsoft.com/hello-world").settings.step
    assert step == EncodedStep(
        "version: v1.1.0\nsteps: \n  - cmd: mcr.microsoft.com/hello-world\n"
        "    disableWorkingDirectoryOverride: true\n    timeout: 3600\n"
    )


def test_a_password_in_a_vault_is_an_address_and_needs_access_to_that_vault() -> None:
    login = {"user_name": {"vault": "mykeyvault", "secret": "User"}, "password": {"env": "HUB_PASSWORD"}}
    task = Task.model_validate(
        {"registry": "myregistry", "identity": "system", "command": "alpine", "credentials": {"docker.io": login}}
    )
    plan = make_plan(spec_of(task).with_environment({"HUB_PASSWORD": "pa55"}), bare())
    create, access = plan.changes
    assert isinstance(create, CreateTask)
    assert isinstance(access, AddVaultAccess)
    (credential,) = create.credentials
    assert credential == RegistryCredential(
        "docker.io",
        access.grantee,
        VaultSecretAddress("https://mykeyvault.vault.azure.net/secrets/User"),
        SecretStr("pa55"),
    )
    assert (access.vault, access.grantee.identity) == (VAULT, SystemIdentity(REGISTRY.child("tasks", "hello")))
    assert access.reason == "task hello logs in to docker.io with secrets of mykeyvault"


def test_a_password_from_the_environment_needs_no_identity() -> None:
    login = {"user_name": {"env": "API_KEY"}, "password": {"env": "HUB_PASSWORD"}}
    assert created(command="alpine", credentials={"docker.io": login}).credentials == (
        RegistryCredential("docker.io", None, SecretStr("k3y"), SecretStr("pa55")),
    )


@pytest.mark.parametrize(
    ("repository", "control"),
    [(GIT, "Github"), ("https://dev.azure.com/org/project/_git/repo", "VisualStudioTeamService")],
)
def test_the_address_of_a_repository_tells_who_hosts_it(repository: str, control: str) -> None:
    source = {"repository": repository, "token": {"env": "GIT_TOKEN"}, "name": "push"}
    settings = created(command="alpine", triggers={"sources": [source]}).settings
    assert settings.sources == (
        SourceTriggerSettings("push", repository, "main", ("commit",), control, SecretStr("t0ken"), enabled=True),
    )
