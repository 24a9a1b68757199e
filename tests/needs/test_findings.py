"""A spec against the files of its tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from acr_identity import load_spec
from acr_identity.needs import findings_of, findings_of_task, names_in
from acr_identity.spec import Spec, TaskFile

ID = "11111111-1111-1111-1111-111111111111"
SECRET = "secrets: [{id: a, keyvault: https://mykeyvault.vault.azure.net/secrets/A}]\n"


BASE = "ContainerRegistry/registries/basereg"


def id_(name: str) -> str:
    return f"/subscriptions/{ID}/resourceGroups/rg/providers/Microsoft.{name}"


def spec_of(content: str, **task: object) -> Spec:
    file = TaskFile(path="t.yaml", content=content)
    return Spec.model_validate(
        {
            "subscription": ID,
            "resource_group": "rg",
            "location": "eastus",
            "registries": {"home": {"id": id_("ContainerRegistry/registries/homereg")}, "base": {"id": id_(BASE)}},
            "vaults": {"keys": {"id": id_("KeyVault/vaults/mykeyvault")}},
            "identities": {"one": {}, "two": {}},
            "tasks": {"build": {"registry": "home", "identity": "system", "file": file, **task}},
        }
    )


def told(content: str, **task: object) -> list[str]:
    return [str(one) for one in findings_of(spec_of(content, **task))]


def doing(*steps: str, before: str = "version: v1.1.0\n") -> str:
    return before + "steps:\n" + "".join(f"- {step}\n" for step in steps)


PULLS = doing("cmd: docker pull basereg.azurecr.io/team/app:1")
PUSHES = doing("push: [basereg.azurecr.io/team/app:1]")
PURGES = doing("cmd: acr purge --filter 'team/app:.*' --ago 1d")
NOWHERE = "The task pushes to nowhere.azurecr.io, which is no registry of the spec."
UNSAID = "The secret 'a' has no `clientID`, and the task has one and two: a run cannot tell who reads it"
MAY_NOT = "and the spec does not let it."
PULL = "t.yaml:3:20: ACR301"


@pytest.mark.parametrize(
    ("content", "task", "expected"),
    [
        (PULLS, {"pull": ["base"]}, []),
        (PULLS, {"push": ["base"]}, ["tasks.build.push.0: ACR305 Nothing pushes to base. Take it out."]),
        (PULLS, {"pull": [{"registry": "base", "repositories": ["team/*"]}]}, []),
        (PULLS, {"pull": [{"registry": "base", "repositories": ["team/app"]}]}, []),
        (PULLS, {}, [f"{PULL} The task pulls from base, {MAY_NOT} Add it: `pull: [base]`."]),
        (
            PULLS,
            {"pull": [{"registry": "base", "repositories": ["other"]}]},
            [f"{PULL} The task pulls from team/app of base, {MAY_NOT} Add team/app to its `repositories`."],
        ),
        (PULLS, {"credentials": {"basereg.azurecr.io": {"user_name": {"env": "A"}, "password": {"env": "B"}}}}, []),
        (PULLS, {"silence": {"ACR301": "everybody may pull"}}, []),
        (PUSHES, {"push": ["base"]}, []),
        (
            PUSHES,
            {"pull": ["base"]},
            [
                f"t.yaml:3:10: ACR302 The task pushes to base, {MAY_NOT} Add it: `push: [base]`.",
                "tasks.build.pull.0: ACR305 Nothing pulls from base. Take it out.",
            ],
        ),
        (PURGES, {"delete": ["home"]}, []),
        (PURGES, {}, [f"t.yaml:3:27: ACR303 The task deletes in home, {MAY_NOT} Add it: `delete: [home]`."]),
        (doing("push: [$Registry/a]", "cmd: docker pull $Registry/b"), {}, []),
        (
            doing("push: [$Registry/a]"),
            {"source_login": "none"},
            [f"t.yaml:3:10: ACR302 The task pushes to home, {MAY_NOT} Add it: `push: [home]`."],
        ),
        (doing("push: [docker.io/user/app, mcr.microsoft.com/x]"), {}, []),
        (
            doing("push: [nowhere.azurecr.io/a]"),
            {},
            [
                f"t.yaml:3:10: ACR302 {NOWHERE} Add nowhere to `registries`, and to `push` of the task.",
            ],
        ),
        (doing("cmd: docker login basereg.azurecr.io -u x -p y", PULLS.split("- ")[1].strip()), {}, []),
        (doing("cmd: bash date"), {"silence": {"ACR305": "used by hand"}, "pull": ["base"]}, []),
        (doing("cmd: tool run"), {"pull": ["base"]}, []),
        (
            doing("build: -t x https://github.com/o/r.git --build-arg HOST=basereg.azurecr.io"),
            {},
            [f"t.yaml:3:10: ACR301 The task pulls from base, {MAY_NOT} Add it: `pull: [base]`."],
        ),
    ],
)
def test_what_a_file_does_in_registries_is_compared_with_what_the_spec_gives(
    content: str, task: dict[str, Any], expected: list[str]
) -> None:
    assert told(content, **task) == expected


READS = doing("cmd: bash date", before=SECRET)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ({"secrets": {"keys": ["A"]}}, []),
        (
            {},
            [f"t.yaml:1:29: ACR304 The task reads a of keys, {MAY_NOT} Add it: `secrets: {{keys: [a]}}`."],
        ),
        (
            {"secrets": {"keys": ["A", "B"]}},
            ["tasks.build.secrets.keys: ACR305 Nothing reads B of keys. Take it out."],
        ),
        ({"secrets": {"keys": {"names": ["A"], "identity": "one"}}, "identity": ["system", "one"]}, []),
        (
            {"secrets": {"keys": {"names": ["A"], "identity": "one"}}, "identity": ["one", "two"]},
            [
                f"t.yaml:1:29: ACR111 {UNSAID}, and ends. Say whose client id reads it.",
            ],
        ),
    ],
)
def test_the_secrets_of_a_file_are_compared_with_those_of_the_spec(task: dict[str, Any], expected: list[str]) -> None:
    assert told(READS, **task) == expected


def test_the_host_of_a_registry_with_a_domain_name_label_is_the_one_that_was_read() -> None:
    spec = spec_of(PULLS, pull=["base"])
    names = names_in(spec, {"base": "basereg-h4sh.azurecr.io", "home": "homereg.azurecr.io"})
    (found,) = findings_of_task(spec, "build", names)
    label = "basereg.azurecr.io is the host that base had before it got a domain name label: no login is for it."
    assert str(found) == f"t.yaml:3:20: ACR306 {label} Write basereg-h4sh.azurecr.io."


def test_who_has_a_login_from_others_needs_none_of_the_spec() -> None:
    spec = spec_of(PULLS)
    assert list(findings_of_task(spec, "build", names_in(spec), frozenset({"basereg.azurecr.io"}))) == []


def test_a_command_is_read_as_the_task_file_that_it_stands_for() -> None:
    spec = spec_of("x")
    task = spec.tasks["build"].model_copy(update={"file": None, "command": "docker push basereg.azurecr.io/a"})
    (found,) = findings_of(spec.model_copy(update={"tasks": {"build": task}}))
    assert str(found) == f"tasks.build.command: ACR302 The task pushes to base, {MAY_NOT} Add it: `push: [base]`."


def test_a_place_in_a_task_file_begins_with_the_folder_of_the_spec(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("steps:\n- id: none\n")
    (tmp_path / "spec.yaml").write_text(
        f"{{subscription: {ID}, resource_group: rg, registries: {{homereg: {{}}}}, tasks: {{build: "
        "{registry: homereg, file: t.yaml}}}"
    )
    (found,) = findings_of(load_spec(tmp_path / "spec.yaml"))
    assert (found.place, found.code, found.is_error) == (f"{tmp_path / 't.yaml'}:2:3", "ACR105", True)
