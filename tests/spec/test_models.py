"""A spec as Python objects."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from acr_identity.errors import PlacedMistake, SpecError
from acr_identity.ids import ArmId
from acr_identity.spec import (
    Credential,
    FromEnvironment,
    FromVault,
    Identity,
    Registry,
    RegistryAccess,
    SourceTrigger,
    Spec,
    Task,
    TaskFile,
    Timer,
    Triggers,
    Vault,
    VaultAccess,
    parse_spec,
)
from spec.samples import GROUP, HEAD, SUBSCRIPTION

_OTHER = "22222222-2222-2222-2222-222222222222"
_FULL = f"/subscriptions/{_OTHER}/resourceGroups/theirs/providers/Microsoft.KeyVault/vaults/theirvault"


def _spec(**task: object) -> Spec:
    return Spec(
        subscription=SUBSCRIPTION,
        resource_group="myResourceGroup",
        registries={"myregistry": Registry(), "other": Registry(resource_group="base", subscription=_OTHER)},
        vaults={"kv1": Vault(), "label": Vault(id=_FULL)},
        identities={"one": Identity(), "two": Identity(location="westus", tags={"a": "b"})},
        tasks={"hello": Task.model_validate({"registry": "myregistry", "command": "alpine", **task})},
    )


def test_short_forms_work_from_python() -> None:
    assert Task(registry="r", command="c", identity="system", pull=["base"], secrets={"kv": ["A"]}) == Task(
        registry="r",
        command="c",
        identity=("system",),
        pull=(RegistryAccess(registry="base"),),
        secrets={"kv": VaultAccess(names=("A",))},
    )


def test_a_spec_built_in_python_equals_the_same_spec_in_yaml() -> None:
    text = f"{HEAD}tasks: {{hello: {{registry: myregistry, identity: one, command: alpine, pull: other}}}}"
    expected = Spec(
        subscription=SUBSCRIPTION,
        resource_group="myResourceGroup",
        registries={"myregistry": None, "other": {}},
        vaults={"kv1": {}, "kv2": {}},
        identities={"one": {}, "two": {}},
        tasks={"hello": Task(registry="myregistry", identity="one", command="alpine", pull=["other"])},
    )
    assert parse_spec(text) == expected


def test_all_mistakes_of_a_spec_built_in_python_are_told_with_their_paths() -> None:
    with pytest.raises(ValidationError) as caught:
        Spec(registries={"a_b": {}}, tasks={"hello": Task(registry="ab", command="c", identity="me")})
    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (
            ("registries", "a_b"),
            "'a_b' is not the name of a registry. Use 5 to 50 letters and digits, or give the whole `id`.",
        ),
        ((), "There is no `subscription` for 'a_b'. Add `subscription: …` to the spec."),
        ((), "There is no `resource_group` for 'a_b'. Add `resource_group: …` to the spec."),
        (("tasks", "hello", "registry"), "The registry 'ab' is not among `registries`. Did you mean 'a_b'?"),
        (("tasks", "hello", "identity"), "The identity 'me' is not among `identities`. Add it to `identities`."),
    ]


def test_a_task_built_in_python_is_checked_by_itself() -> None:
    with pytest.raises(ValidationError) as caught:
        Task(registry="r", command="c", git={"context": "https://a.b/c", "file": "f"}, pull=["base"])
    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (
            ("git",),
            "`git` cannot stand beside `command`. A task has one of `file`, `command`, `git` or `docker`.",
        ),
        (
            ("pull",),
            "`pull` needs an identity. Add `identity: system` to the task, or the name of a user-assigned one.",
        ),
    ]


def test_parts_of_a_spec_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        RegistryAccess(registry="base").registry = "other"


def test_parts_without_mappings_can_be_hashed() -> None:
    assert {RegistryAccess(registry="base"), RegistryAccess(registry="base"), Timer(schedule="* * * * *")} == {
        RegistryAccess(registry="base"),
        Timer(schedule="* * * * *"),
    }


def test_ids_follow_from_defaults_overrides_and_whole_ids() -> None:
    spec = _spec()
    assert [spec.registry_id("myregistry"), spec.registry_id("other"), spec.task_id("hello")] == [
        ArmId(f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"),
        ArmId(f"/subscriptions/{_OTHER}/resourceGroups/base/providers/Microsoft.ContainerRegistry/registries/other"),
        ArmId(f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry/tasks/hello"),
    ]
    assert [spec.vault_id("kv1"), spec.vault_id("label"), spec.identity_id("one")] == [
        ArmId(f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv1"),
        ArmId(_FULL),
        ArmId(f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one"),
    ]


@pytest.mark.parametrize(
    ("identity", "access", "user"),
    [
        (("system",), RegistryAccess(registry="other"), "system"),
        (("system", "one", "two"), RegistryAccess(registry="other"), "one"),
        (("system", "one", "two"), RegistryAccess(registry="other", identity="two"), "two"),
        (("system", "one"), RegistryAccess(registry="other", identity="system"), "system"),
    ],
)
def test_a_registry_without_identity_is_used_as_the_first_user_assigned_one(
    identity: tuple[str, ...], access: RegistryAccess, user: str
) -> None:
    assert Task(registry="r", command="c", identity=identity).user_of(access) == user


def test_the_own_registry_is_used_as_whom_the_task_logs_in_there() -> None:
    task = Task(registry="r", command="c", identity=["one", "system"], source_identity="system", pull=["r", "s"])
    assert [task.user_of(each) for _, each in task.registry_accesses] == ["system", "one"]
    assert task.source_user == "system"


@pytest.mark.parametrize(
    ("pull", "stated", "user"),
    [((), None, None), (("s",), None, None), (("r",), None, "one"), (("r",), "none", "none"), ((), "system", "system")],
)
def test_as_whom_a_run_logs_in_to_its_own_registry_is_said_or_follows(
    pull: tuple[str, ...], stated: str | None, user: str | None
) -> None:
    task = Task(registry="r", command="c", identity=["one", "system"], pull=pull, source_identity=stated)
    assert task.source_user == user


@pytest.mark.parametrize(
    ("identity", "access", "reader"),
    [
        (("system",), VaultAccess(names=("A",)), "system"),
        (("one", "system"), VaultAccess(names=("A",)), "system"),
        (("one",), VaultAccess(names=("A",)), "one"),
        (("one", "two"), VaultAccess(names=("A",), identity="two"), "two"),
    ],
)
def test_secrets_without_identity_are_read_as_system_or_as_the_only_one(
    identity: tuple[str, ...], access: VaultAccess, reader: str
) -> None:
    assert Task(registry="r", command="c", identity=identity).reader(access) == reader


def test_a_task_says_which_identities_it_has() -> None:
    task = Task(registry="r", command="c", identity=["two", "system", "one"])
    assert (task.uses_system, task.user_identities) == (True, ("two", "one"))


def test_a_login_says_which_vaults_hold_it() -> None:
    name, password = FromVault(vault="kv1", secret="Name"), FromVault(vault="kv1", secret="Password")
    assert Credential(user_name=name, password=password).vaults == ("kv1",)
    assert Credential(user_name=FromEnvironment(env="A"), password=FromEnvironment(env="B")).vaults == ()


def test_timers_without_a_name_are_called_by_their_position() -> None:
    timers = Triggers(timers=["0 1 * * *", {"schedule": "0 2 * * *", "name": "night"}, "0 3 * * *"]).timers
    assert [timer.name for timer in timers] == ["t1", "night", "t3"]


def test_only_some_tasks_bring_only_what_they_refer_to() -> None:
    login = Credential(user_name=FromEnvironment(env="A"), password=FromVault(vault="label", secret="P"))
    spec = _spec(identity=["one"], pull=["other"], credentials={"docker.io": login})
    more = Task(registry="myregistry", identity="two", command="c", secrets={"kv1": ["S"]})
    whole = Spec.model_validate({**dict(spec), "tasks": {**spec.tasks, "second": more}})
    first, second = whole.only(["hello"]), whole.only({"second"})
    assert [set(part) for part in (first.tasks, first.registries, first.vaults, first.identities)] == [
        {"hello"},
        {"myregistry", "other"},
        {"label"},
        {"one"},
    ]
    assert [set(part) for part in (second.tasks, second.registries, second.vaults, second.identities)] == [
        {"second"},
        {"myregistry"},
        {"kv1"},
        {"two"},
    ]


def test_all_tasks_of_a_spec_are_the_spec_without_what_is_unused() -> None:
    assert _spec(identity="one", pull=["other"], secrets={"kv1": ["A"], "label": ["B"]}).only(["hello"]) == Spec(
        **{
            **dict(_spec(identity="one", pull=["other"], secrets={"kv1": ["A"], "label": ["B"]})),
            "identities": {"one": Identity()},
        }
    )


def test_an_unknown_task_is_told_with_a_suggestion() -> None:
    with pytest.raises(SpecError) as caught:
        _spec().only(["helo", "hello", "zzz"])
    assert caught.value.problems == (
        PlacedMistake("There is no task 'helo' in the spec.", "Did you mean 'hello'?"),
        PlacedMistake("There is no task 'zzz' in the spec."),
    )


def test_a_place_is_a_line_of_the_document_or_the_path_in_python() -> None:
    text = f"{HEAD}tasks:\n  hello:\n    registry: other\n    command: c\n    identity: one\n    pull: [myregistry]\n"
    assert parse_spec(text, name="s.yaml").place("tasks", "hello", "pull", 0, "registry") == "s.yaml:11:12"
    assert _spec().place("tasks", "hello", "pull", 0, "registry") == "tasks.hello.pull.0.registry"


def test_a_task_file_is_read_relative_to_the_spec(tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_bytes("version: v1.1.0\r\nsteps:\r\n- cmd: é  \r".encode())
    text = f"{HEAD}tasks: {{hello: {{registry: other, file: task.yaml}}}}"
    task_file = TaskFile(path="task.yaml", content="version: v1.1.0\nsteps:\n- cmd: é  \n")
    assert parse_spec(text, folder=tmp_path).tasks["hello"].file == task_file
    assert TaskFile.read("task.yaml", tmp_path) == task_file


def test_task_files_of_one_path_and_other_content_differ() -> None:
    assert TaskFile(path="a", content="x") != TaskFile(path="a", content="y")


def test_a_task_file_shows_its_path_and_not_its_content() -> None:
    task_file = TaskFile(path="a.yaml", content="version: v1.1.0")
    assert (repr(task_file), task_file.model_dump_json()) == ("TaskFile(path='a.yaml')", '"a.yaml"')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b" \n", "The task file 'task.yaml' is empty."),
        (b"\xff", "The file {path} is not UTF-8. Save it as UTF-8."),
    ],
)
def test_a_task_file_that_cannot_be_one_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "task.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        parse_spec(f"{HEAD}tasks: {{hello: {{registry: other, file: task.yaml}}}}", folder=tmp_path)
    assert str(caught.value) == f"spec:6:40: {message.format(path=repr(str(path)))}"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("none.yaml", "There is no file {path}. Paths are relative to the spec."),
        ("task.yaml/none.yaml", "There is no file {path}. Paths are relative to the spec."),
        (".", "{path} is a folder. Name the file."),
        ("latin.yaml", "The file {path} is not UTF-8. Save it as UTF-8."),
        ("n" * 256, "The file {path} cannot be read: File name too long."),
        ("a\0b", "{path} is no path."),
    ],
)
def test_a_task_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "task.yaml").write_text("version: v1.1.0\n", encoding="utf-8")
    (tmp_path / "latin.yaml").write_bytes(b"\xe9")
    with pytest.raises(SpecError) as caught:
        TaskFile.read(path, tmp_path)
    (problem,) = caught.value.problems
    whole = str(tmp_path / path)
    shown = repr(whole if len(whole) <= 300 else whole[:299] + "…")
    assert f"{problem.message} {problem.fix}".strip() == told.format(path=shown)
    assert problem.file == whole


@pytest.mark.parametrize(
    ("repository", "branch", "is_github", "watched"),
    [
        ("https://github.com/o/r.git", None, True, "main"),
        ("https://GitHub.com/o/r.git#dev:folder", None, True, "dev"),
        ("https://github.com/o/r.git#dev", "release", True, "release"),
        ("https://dev.azure.com/o/p/_git/github.com-mirror", None, False, "main"),
        ("https://o.visualstudio.com/p/_git/r", None, False, "main"),
    ],
)
def test_a_source_trigger_is_judged_by_the_host_of_its_repository(
    repository: str, branch: str | None, watched: str, *, is_github: bool
) -> None:
    trigger = SourceTrigger(repository=repository, branch=branch, token={"env": "TOKEN"})
    assert (trigger.is_github, trigger.watched_branch) == (is_github, watched)


@pytest.mark.parametrize("host", ["gitlab.com", "github.tools.example", "github.com.example", "visualstudio.com"])
def test_a_host_without_source_triggers_is_refused(host: str) -> None:
    with pytest.raises(ValidationError, match=f"'{host}' has no source triggers"):
        SourceTrigger(repository=f"https://{host}/o/github.com.git", token={"env": "TOKEN"})


@pytest.mark.parametrize("name", ["Cleanup Untagged Images", "t1", "a", "x" * 50])
def test_a_trigger_may_have_any_name_on_one_line(name: str) -> None:
    assert Timer(schedule="0 1 * * *", name=name).name == name
