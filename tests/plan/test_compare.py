"""Settings that differ, and what a PATCH can and cannot express."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from acr_identity.changes import FieldChange
from acr_identity.plan.compare import Differences, compare
from acr_identity.plan.patch import patch_of
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    PlatformSettings,
    SourceTriggerSettings,
    Step,
    TaskSettings,
    TimerTrigger,
    Value,
)

FILE = FileStep("task.yaml", "https://git.example/repo.git", values_file="values.yaml", token=SecretStr("theirs"))
DOCKER = DockerStep("Dockerfile", "https://git.example/repo.git", images=("a:1",), arguments=(Value("A", "1"),))
ENCODED = EncodedStep("version: v1.1.0\n", values=(Value("A", "1"),))
STEPS: st.SearchStrategy[Step] = st.sampled_from([FILE, DOCKER, ENCODED])
TEXT = st.sampled_from(["a", "b"])
TIMERS = st.builds(TimerTrigger, TEXT, TEXT)
SETTINGS = st.builds(
    TaskSettings,
    step=st.none() | STEPS,
    platform=st.none() | st.builds(PlatformSettings, st.sampled_from(["linux", "Linux", "Windows"])),
    cpu=st.none() | st.integers(1, 4),
    timeout=st.none() | st.integers(300, 600),
    timers=st.none()
    | st.lists(st.builds(TimerTrigger, TEXT, TEXT), max_size=2, unique_by=lambda one: one.name).map(tuple),
    base_image=st.none() | st.builds(BaseImageTrigger, TEXT, st.sampled_from(["Runtime", "All"])),
    enabled=st.none() | st.booleans(),
)


@given(SETTINGS)
def test_settings_do_not_differ_from_themselves(settings: TaskSettings) -> None:
    assert compare(settings, settings, details_seen=True) == Differences()


@given(SETTINGS, SETTINGS)
def test_a_patch_says_what_differs_and_the_kind_of_step(desired: TaskSettings, live: TaskSettings) -> None:
    found = compare(desired, live, details_seen=True)
    patch = patch_of(desired, live, found)
    said = {name for name in ("platform", "cpu", "timeout", "timers", "base_image") if getattr(patch, name) is not None}
    assert said == found.fields - {"step"}
    assert type(patch.step) is type(desired.step)


@given(SETTINGS)
def test_a_spec_that_says_nothing_finds_no_difference(live: TaskSettings) -> None:
    assert compare(TaskSettings(), live, details_seen=True) == Differences()


@pytest.mark.parametrize(
    ("desired", "live", "changes", "by_patch"),
    [
        (TaskSettings(timeout=600), TaskSettings(timeout=900), [("timeout", "900", "600")], True),
        (TaskSettings(cpu=2), TaskSettings(), [("cpu", "(none)", "2")], True),
        (
            TaskSettings(step=EncodedStep("v2\n", (Value("A", "2"), Value("B", "3")))),
            TaskSettings(step=EncodedStep("v2\n", (Value("A", "1"),))),
            [("step.values[A]", "1", "2"), ("step.values[B]", "(none)", "3")],
            True,
        ),
        (
            TaskSettings(step=EncodedStep("v2\n", (Value("A", "1"),))),
            TaskSettings(step=EncodedStep("v2\n", (Value("A", "1"), Value("B", "2")))),
            [("step.values[B]", "2", "(none)")],
            False,
        ),
        (
            TaskSettings(step=DockerStep("Dockerfile", "c", images=("a:1", "b:2"), push=True, cache=False)),
            TaskSettings(step=DockerStep("Dockerfile", "c", images=("a:1",), push=False)),
            [
                ("step.cache", "(none)", "false"),
                ("step.images", "a:1", "a:1, b:2"),
                ("step.push", "false", "true"),
            ],
            True,
        ),
        (
            TaskSettings(step=EncodedStep("v\n", (Value("A", "one\ntwo"),))),
            TaskSettings(step=EncodedStep("v\n", (Value("A", "one, two"),))),
            [("step.values[A]", "one, two", "one\ntwo")],
            True,
        ),
        (
            TaskSettings(sources=(SourceTriggerSettings("s", "r", "main", ("commit", "pullrequest"), "Github"),)),
            TaskSettings(sources=(SourceTriggerSettings("s", "r", None, ("commit",), "GITHUB"),)),
            [("sources[s].branch", "(none)", "main"), ("sources[s].events", "commit", "commit, pullrequest")],
            True,
        ),
        (
            TaskSettings(timers=()),
            TaskSettings(timers=(TimerTrigger("t1", "0 1 * * *"),)),
            [("timers[t1].schedule", "0 1 * * *", "(none)")],
            False,
        ),
        (
            TaskSettings(platform=PlatformSettings("Linux", "amd64")),
            TaskSettings(platform=PlatformSettings("linux", "AMD64", "v8")),
            [],
            True,
        ),
        (
            TaskSettings(step=EncodedStep("planted")),
            TaskSettings(step=EncodedStep("a\nb\n")),
            [("step.content", "2 lines, sha256 911169ddaaf1", "1 line, sha256 372eb3774802")],
            True,
        ),
    ],
)
def test_each_difference_is_named_with_both_sides(
    desired: TaskSettings, live: TaskSettings, changes: list[tuple[str, str, str]], *, by_patch: bool
) -> None:
    found = compare(desired, live, details_seen=True)
    assert [(one.path, one.before, one.after) for one in found.changes] == changes
    assert found.by_patch is by_patch


CONTENT = "1 line, sha256 " + sha256(b"version: v1.1.0\n").hexdigest()[:12]
REPOSITORY = "https://git.example/repo.git"
TO_ANOTHER_KIND = [
    (
        FILE,
        DOCKER,
        [
            ("step.arguments[A]", "1", "(none)"),
            ("step.dockerfile", "Dockerfile", "(none)"),
            ("step.images", "a:1", "(none)"),
            ("step.task_file", "(none)", "task.yaml"),
            ("step.token", "(none)", "(secret)"),
            ("step.type", "DockerStep", "FileStep"),
            ("step.values_file", "(none)", "values.yaml"),
        ],
    ),
    (
        FILE,
        ENCODED,
        [
            ("step.content", CONTENT, "(none)"),
            ("step.context", "(none)", REPOSITORY),
            ("step.task_file", "(none)", "task.yaml"),
            ("step.token", "(none)", "(secret)"),
            ("step.type", "EncodedStep", "FileStep"),
            ("step.values[A]", "1", "(none)"),
            ("step.values_file", "(none)", "values.yaml"),
        ],
    ),
    (
        DOCKER,
        FILE,
        [
            ("step.arguments[A]", "(none)", "1"),
            ("step.dockerfile", "(none)", "Dockerfile"),
            ("step.images", "(none)", "a:1"),
            ("step.task_file", "task.yaml", "(none)"),
            ("step.token", "(secret)", "(none)"),
            ("step.type", "FileStep", "DockerStep"),
            ("step.values_file", "values.yaml", "(none)"),
        ],
    ),
    (
        DOCKER,
        ENCODED,
        [
            ("step.arguments[A]", "(none)", "1"),
            ("step.content", CONTENT, "(none)"),
            ("step.context", "(none)", REPOSITORY),
            ("step.dockerfile", "(none)", "Dockerfile"),
            ("step.images", "(none)", "a:1"),
            ("step.type", "EncodedStep", "DockerStep"),
            ("step.values[A]", "1", "(none)"),
        ],
    ),
    (
        ENCODED,
        FILE,
        [
            ("step.content", "(none)", CONTENT),
            ("step.context", REPOSITORY, "(none)"),
            ("step.task_file", "task.yaml", "(none)"),
            ("step.token", "(secret)", "(none)"),
            ("step.type", "FileStep", "EncodedStep"),
            ("step.values[A]", "(none)", "1"),
            ("step.values_file", "values.yaml", "(none)"),
        ],
    ),
    (
        ENCODED,
        DOCKER,
        [
            ("step.arguments[A]", "1", "(none)"),
            ("step.content", "(none)", CONTENT),
            ("step.context", REPOSITORY, "(none)"),
            ("step.dockerfile", "Dockerfile", "(none)"),
            ("step.images", "a:1", "(none)"),
            ("step.type", "DockerStep", "EncodedStep"),
            ("step.values[A]", "(none)", "1"),
        ],
    ),
]


@pytest.mark.parametrize(("desired", "live", "changes"), TO_ANOTHER_KIND)
def test_another_kind_of_step_needs_a_put_and_says_all_that_comes_and_goes(
    desired: Step, live: Step, changes: list[tuple[str, str, str]]
) -> None:
    found = compare(TaskSettings(step=desired), TaskSettings(step=live), details_seen=True)
    assert [(one.path, one.before, one.after) for one in found.changes] == changes
    assert found == Differences(
        found.changes,
        frozenset({"step"}),
        by_patch=False,
        states_values=any("[A]" in path for path, _, _ in changes),
    )


def test_a_task_without_a_step_gets_one_by_a_patch() -> None:
    found = compare(TaskSettings(step=EncodedStep("a: 1\n")), TaskSettings(), details_seen=True)
    digest = sha256(b"a: 1\n").hexdigest()[:12]
    assert found == Differences(
        (
            FieldChange("step.content", "(none)", f"1 line, sha256 {digest}"),
            FieldChange("step.type", "(none)", "EncodedStep"),
        ),
        frozenset({"step"}),
    )


def test_a_token_is_given_anew_to_a_step_of_another_kind_though_the_old_one_is_hidden() -> None:
    desired = TaskSettings(step=FILE)
    live = TaskSettings(step=DockerStep("Dockerfile", FILE.context))
    found = compare(desired, live, details_seen=False, hidden=("step.token",))
    assert FieldChange("step.token", "(secret)", "(secret)") in found.changes
    assert found.unverifiable == ()


def test_a_secret_that_is_seen_is_compared_though_others_are_hidden() -> None:
    desired, live = (TaskSettings(step=EncodedStep("v\n", (Value("A", SecretStr(text)),))) for text in ("new", "old"))
    found = compare(desired, live, details_seen=False, hidden=("step.values[B]",))
    assert found == Differences(
        (FieldChange("step.values[A]", "(secret)", "(secret)"),),
        frozenset({"step"}),
        states_values=True,
        left=("step.values[B]",),
    )


def test_secrets_are_compared_but_never_shown() -> None:
    desired = TaskSettings(step=EncodedStep("v\n", (Value("A", SecretStr("new")),)))
    live = TaskSettings(step=EncodedStep("v\n", (Value("A", SecretStr("old")),)))
    found = compare(desired, live, details_seen=True)
    assert found.changes == (FieldChange("step.values[A]", "(secret)", "(secret)"),)
    assert compare(desired, desired, details_seen=True).changes == ()


def test_a_secret_that_is_not_shown_is_unverifiable_and_no_difference() -> None:
    desired = TaskSettings(step=EncodedStep("v\n", (Value("A", SecretStr("new")),)))
    live = TaskSettings(step=EncodedStep("v\n", ()))
    assert compare(desired, live, details_seen=False) == Differences(unverifiable=("step.values[A]",))


SECRET = SecretStr("of the spec")
TRIGGER = SourceTriggerSettings("s", "https://git.example/repo.git", "main", ("commit",), "Github", SECRET)
UNSEEN = replace(TRIGGER, token=None)
HIDDEN_TOKEN = ("sources[s].token",)


def test_a_hidden_secret_is_no_difference_even_where_all_else_was_seen() -> None:
    desired = TaskSettings(step=EncodedStep("v\n", (Value("A", SECRET),)), sources=(TRIGGER,))
    live = TaskSettings(step=EncodedStep("v\n", ()), sources=(UNSEEN,))
    hidden = ("step.values[A]", *HIDDEN_TOKEN)
    assert compare(desired, live, details_seen=True, hidden=hidden) == Differences(unverifiable=hidden)


def test_a_secret_that_is_not_there_is_a_difference_where_all_was_seen() -> None:
    desired = TaskSettings(step=EncodedStep("v\n", (Value("A", SECRET),)))
    found = compare(desired, TaskSettings(step=EncodedStep("v\n", ())), details_seen=True)
    assert found.changes == (FieldChange("step.values[A]", "(none)", "(secret)"),)


@pytest.mark.parametrize(
    "live", [(), (replace(UNSEEN, repository="https://git.example/other.git"),)], ids=["new", "elsewhere"]
)
def test_the_token_of_a_trigger_goes_with_its_repository(live: tuple[SourceTriggerSettings, ...]) -> None:
    found = compare(TaskSettings(sources=(TRIGGER,)), TaskSettings(sources=live), details_seen=False)
    assert found.changes[-1] == FieldChange("sources[s].token", "(none)", "(secret)")
    assert found.unverifiable == ()


def test_a_hidden_value_that_the_spec_gives_in_the_clear_is_a_difference_that_shows_nothing_of_it() -> None:
    desired = TaskSettings(step=EncodedStep("v\n", (Value("A", "1"),)))
    found = compare(desired, TaskSettings(step=EncodedStep("v\n", ())), details_seen=False, hidden=("step.values[A]",))
    assert found.changes == (FieldChange("step.values[A]", "(secret)", "1"),)


def test_a_hidden_value_that_the_spec_does_not_name_is_left() -> None:
    desired, live = (TaskSettings(step=EncodedStep("v\n", (Value(name, "1"),))) for name in ("A", "A"))
    found = compare(desired, live, details_seen=False, hidden=("step.values[B]", "credentials[docker.io].password"))
    assert found == Differences(left=("step.values[B]",))


def test_another_kind_of_step_says_what_goes_with_the_old_one() -> None:
    step = FileStep("task.yaml", "https://git.example/repo.git", token=SecretStr("t"), values=(Value("A", "1"),))
    found = compare(TaskSettings(step=EncodedStep("v\n")), TaskSettings(step=step), details_seen=True)
    assert found.changes[1:] == (
        FieldChange("step.context", "https://git.example/repo.git", "(none)"),
        FieldChange("step.task_file", "task.yaml", "(none)"),
        FieldChange("step.token", "(secret)", "(none)"),
        FieldChange("step.type", "FileStep", "EncodedStep"),
        FieldChange("step.values[A]", "1", "(none)"),
    )


def test_a_patch_leaves_out_what_cannot_be_verified() -> None:
    values = (Value("A", SECRET),)
    desired = TaskSettings(step=replace(FILE, token=SECRET, values=values, task_file="new.yaml"), sources=(TRIGGER,))
    live = TaskSettings(step=replace(FILE, token=None, values=()), sources=(replace(UNSEEN, branch="old"),))
    found = compare(desired, live, details_seen=False)
    assert found.unverifiable == ("step.token", "step.values[A]", "sources[s].token")
    assert patch_of(desired, live, found) == TaskSettings(
        step=replace(FILE, token=None, task_file="new.yaml"), sources=(UNSEEN,)
    )


def test_a_patch_does_not_state_values_that_are_as_they_should_be() -> None:
    desired, live = (TaskSettings(step=EncodedStep(text, (Value("A", "1"),))) for text in ("new\n", "old\n"))
    patch = patch_of(desired, live, compare(desired, live, details_seen=True))
    assert patch == TaskSettings(step=EncodedStep("new\n"))


@pytest.mark.parametrize("name", ["access.control", "access.mode", "platform.os", "base_image.kind"])
def test_the_name_of_a_value_does_not_say_how_it_is_compared(name: str) -> None:
    desired, live = (TaskSettings(step=EncodedStep("v\n", (Value(name, text),))) for text in ("on", "ON"))
    found = compare(desired, live, details_seen=True)
    assert found.changes == (FieldChange(f"step.values[{name}]", "ON", "on"),)


TASK_FILE = "version: v1.1.0\nsteps:\n  - cmd: bash date\n"


@pytest.mark.parametrize(
    ("want", "have"),
    [
        (TASK_FILE, TASK_FILE.removesuffix("\n")),
        (TASK_FILE, TASK_FILE.replace("\n", "\r\n")),
        (TASK_FILE, TASK_FILE.replace("date", "\x1b[31mdate\u202e")),
        (TASK_FILE, '{\n  "steps": []\n}'),
        (TASK_FILE, "'steps' : []"),
    ],
)
def test_both_texts_of_a_task_file_are_shown_as_they_are(want: str, have: str) -> None:
    found = compare(TaskSettings(step=EncodedStep(want)), TaskSettings(step=EncodedStep(have)), details_seen=True)
    assert found.changes == (FieldChange("step.content", have, want, is_text=True),)


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD=planted",
        "a: 1\n",
        "cmd: steps: none\n",
        '{"type": "service_account", "private_key": "planted"}',
        "steps: []\n\0",
        "steps: []\n\ufffd",
        "(none)",
    ],
)
def test_of_a_file_that_is_no_task_file_only_size_and_digest_are_shown(text: str) -> None:
    words = f"{len(text.splitlines())} line, sha256 {sha256(text.encode()).hexdigest()[:12]}".replace(
        "2 line", "2 lines"
    )
    theirs = f"3 lines, sha256 {sha256(TASK_FILE.encode()).hexdigest()[:12]}"
    desired, live = TaskSettings(step=EncodedStep(text)), TaskSettings(step=EncodedStep(TASK_FILE))
    assert compare(desired, live, details_seen=True).changes == (FieldChange("step.content", theirs, words),)
    assert compare(live, desired, details_seen=True).changes == (FieldChange("step.content", words, theirs),)


def test_a_value_of_several_lines_is_a_text() -> None:
    desired, live = (TaskSettings(step=EncodedStep("v\n", (Value("A", text),))) for text in ("1\n2", "1"))
    found = compare(desired, live, details_seen=True)
    assert found.changes == (FieldChange("step.values[A]", "1", "1\n2", is_text=True),)


@pytest.mark.parametrize(
    ("want", "have", "added", "removed"),
    [
        (("a", "b"), ("a", "c"), ("b",), ("c",)),
        (("a", "b"), (), ("a", "b"), ()),
        (("a", "a"), ("a",), ("a",), ()),
        (("b", "a"), ("a", "b"), (), ()),
        (("a, b",), ("a", "b"), ("a, b",), ("a", "b")),
    ],
)
def test_a_list_names_the_entries_that_come_and_go(
    want: tuple[str, ...], have: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    desired, live = (TaskSettings(step=DockerStep("Dockerfile", "c", images)) for images in (want, have))
    found = compare(desired, live, details_seen=True)
    assert found.changes == (
        FieldChange("step.images", ", ".join(have), ", ".join(want), added=added, removed=removed),
    )


def test_the_repr_of_a_step_shows_no_text_of_a_file() -> None:
    shown = repr(EncodedStep("planted: marker", values_file="planted: too"))
    assert shown == (
        "EncodedStep(content=(1 line, sha256 bca2acacef84), values=None, "
        "values_file=(1 line, sha256 93d2d1c87513), context=None, token=None)"
    )


def test_the_repr_of_a_difference_shows_no_text_of_a_file() -> None:
    change = FieldChange("step.content", "planted: marker", "planted: too", is_text=True)
    assert repr(change) == ("FieldChange('step.content', 1 line, sha256 bca2acacef84, 1 line, sha256 93d2d1c87513)")
