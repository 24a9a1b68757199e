"""What a task's settings shall be: what the spec says, what others set, and the default of what left the spec."""

from __future__ import annotations

import pytest

from acr_identity.changes import FieldChange
from acr_identity.plan.records import Record, field_sign
from acr_identity.plan.settings import Settled, settle, stated_paths
from acr_identity.state import (
    DEFAULT_PLATFORM,
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    PlatformSettings,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
    Value,
)

OURS, THEIRS = TimerTrigger("ours", "0 1 * * *"), TimerTrigger("theirs", "9 9 * * *")
NOTHING = TaskSettings()


def record(*paths: str) -> Record:
    """Return a record of these fields."""
    return Record(frozenset(map(field_sign, paths)))


@pytest.mark.parametrize(
    ("path", "live", "default"),
    [
        ("timeout", TaskSettings(timeout=600), TaskSettings(timeout=3600)),
        ("cpu", TaskSettings(cpu=4), TaskSettings(cpu=2)),
        (
            "platform",
            TaskSettings(platform=PlatformSettings("Windows", "amd64")),
            TaskSettings(platform=DEFAULT_PLATFORM),
        ),
        ("source_login", TaskSettings(source_login="None"), TaskSettings(source_login="Default")),
        ("enabled", TaskSettings(enabled=False), TaskSettings(enabled=True)),
    ],
)
def test_a_field_that_we_set_and_left_the_spec_gets_its_default(
    path: str, live: TaskSettings, default: TaskSettings
) -> None:
    assert settle(NOTHING, live, record(path)) == Settled(default)
    assert settle(NOTHING, live, record()) == Settled(NOTHING)


@pytest.mark.parametrize(
    ("path", "live", "before"),
    [
        ("pool", TaskSettings(pool="big"), "big"),
        ("log_template", TaskSettings(log_template="{{.Run.ID}}"), "{{.Run.ID}}"),
        ("base_image", TaskSettings(base_image=BaseImageTrigger("base", "All")), "base"),
        ("platform.variant", TaskSettings(platform=PlatformSettings("Linux", "arm", "v7")), "v7"),
    ],
)
def test_what_has_no_default_that_could_be_said_is_dropped(path: str, live: TaskSettings, before: str) -> None:
    assert settle(NOTHING, live, record(path)).dropped == (FieldChange(path, before, "(none)"),)
    assert settle(NOTHING, live, record()).dropped == ()


def test_entries_of_others_stay_in_a_list_and_ours_go() -> None:
    live = TaskSettings(timers=(OURS, THEIRS))
    assert settle(NOTHING, live, record("timers[ours]")).settings.timers == (THEIRS,)
    assert settle(NOTHING, live, record()).settings.timers is None
    new = TimerTrigger("new", "1 1 * * *")
    assert settle(TaskSettings(timers=(new,)), live, record("timers[ours]")).settings.timers == (new, THEIRS)


def test_lists_of_a_task_that_was_created_before_fields_were_remembered_are_ours_where_the_spec_has_one() -> None:
    live, older = TaskSettings(timers=(OURS, THEIRS)), Record(is_older=True)
    assert settle(TaskSettings(timers=(OURS,)), live, older).settings.timers == (OURS,)
    assert settle(NOTHING, live, older).settings.timers is None


def test_values_of_a_step_are_a_list_like_any_other() -> None:
    mine, other = Value("Mine", "a"), Value("Other", "b")
    live = TaskSettings(step=EncodedStep("steps", (mine, other)))
    settled = settle(TaskSettings(step=EncodedStep("steps")), live, record("step.values[Mine]")).settings
    assert settled.step == EncodedStep("steps", (other,))


def test_parts_of_a_build_go_back_or_are_dropped() -> None:
    live = TaskSettings(step=DockerStep("Dockerfile", "https://x/y.git", push=False, target="build"))
    want = TaskSettings(step=DockerStep("Dockerfile", "https://x/y.git"))
    found = settle(want, live, record("step.push", "step.target"))
    assert found.settings.step == DockerStep("Dockerfile", "https://x/y.git", push=True)
    assert found.dropped == (FieldChange("step.target", "build", "(none)"),)


def test_a_branch_that_left_the_spec_is_dropped_with_its_source_written_anew() -> None:
    source = SourceTriggerSettings("push", "https://github.com/o/r", None, ("commit",), "Github")
    live = TaskSettings(
        sources=(SourceTriggerSettings("push", "https://github.com/o/r", "dev", ("commit",), "Github"),)
    )
    found = settle(TaskSettings(sources=(source,)), live, record("sources[push]", "sources[push].branch"))
    assert found.dropped == (FieldChange("sources[push].branch", "dev", "(none)"),)


def test_what_settings_say_is_named_by_fields_and_by_entries_of_lists() -> None:
    settings = TaskSettings(
        step=DockerStep("Dockerfile", "https://x/y.git", push=True, arguments=(Value("A", "1"),)),
        platform=PlatformSettings("Linux", "arm", "v7"),
        timeout=600,
        timers=(OURS,),
        base_image=BaseImageTrigger("base", "All"),
        sources=(SourceTriggerSettings("push", "https://github.com/o/r", "dev", ("commit",), "Github"),),
    )
    assert set(stated_paths(settings)) == {
        "timeout",
        "platform",
        "platform.variant",
        "base_image",
        "timers[ours]",
        "sources[push]",
        "sources[push].branch",
        "step.context",
        "step.push",
        "step.arguments[A]",
    }
