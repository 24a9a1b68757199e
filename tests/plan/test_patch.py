"""What a PATCH of a task says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from acr_identity.plan.compare import Differences
from acr_identity.plan.patch import patch_of, switched_on
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    SourceTriggerSettings,
    Step,
    TaskSettings,
    TimerTrigger,
    Value,
)

TOKEN = SecretStr("t")
OLD, NEW = Value("Old", "1"), Value("New", "2")
SOURCE = SourceTriggerSettings("s", "https://git.example/repo.git", "main", ("commit",), "Github", TOKEN)


def differs_in(*fields: str, states_values: bool = False, unverifiable: tuple[str, ...] = ()) -> Differences:
    return Differences(fields=frozenset(fields), states_values=states_values, unverifiable=unverifiable)


@pytest.mark.parametrize(
    ("desired", "restated"),
    [
        (EncodedStep("v\n", (NEW,), token=TOKEN), EncodedStep("v\n")),
        (FileStep("f", "c", "v", TOKEN, (NEW,)), FileStep("f", "c", "v")),
        (
            DockerStep("f", "c", ("a:1",), token=TOKEN, arguments=(NEW,)),
            DockerStep("f", "c", ("a:1",)),
        ),
    ],
)
def test_a_step_that_is_restated_for_another_field_says_neither_token_nor_values(desired: Step, restated: Step) -> None:
    settings = TaskSettings(step=desired, cpu=2, timeout=600, enabled=False)
    assert patch_of(settings, TaskSettings(step=desired), differs_in("timeout", "enabled")) == TaskSettings(
        step=restated, timeout=600
    )


@pytest.mark.parametrize(
    ("desired", "live", "said"),
    [
        (EncodedStep("v\n", (NEW,)), EncodedStep("w\n", (OLD,)), EncodedStep("v\n", (OLD, NEW))),
        (EncodedStep("v\n", (NEW,)), EncodedStep("w\n", None), EncodedStep("v\n", (NEW,))),
        (EncodedStep("v\n", None), EncodedStep("w\n", (OLD,)), EncodedStep("v\n", None)),
        (
            EncodedStep("v\n", (Value("Old", "3"), NEW)),
            EncodedStep("v\n", (OLD,)),
            EncodedStep("v\n", (Value("Old", "3"), NEW)),
        ),
        (FileStep("f", "c", values=(NEW,)), FileStep("g", "c", values=(OLD,)), FileStep("f", "c", values=(OLD, NEW))),
        (
            DockerStep("f", "c", arguments=(NEW,)),
            DockerStep("g", "c", arguments=(OLD,)),
            DockerStep("f", "c", arguments=(OLD, NEW)),
        ),
        (FileStep("f", "c", values=(NEW,)), EncodedStep("w\n", (OLD,)), FileStep("f", "c", values=(NEW,))),
        (FileStep("f", "c", values=(NEW,)), None, FileStep("f", "c", values=(NEW,))),
    ],
)
def test_values_are_stated_with_those_that_are_there_already(desired: Step, live: Step | None, said: Step) -> None:
    found = differs_in("step", states_values=True)
    assert patch_of(TaskSettings(step=desired), TaskSettings(step=live), found) == TaskSettings(step=said)


@pytest.mark.parametrize(("unverifiable", "token"), [((), TOKEN), (("step.token",), None)], ids=["seen", "hidden"])
def test_the_token_of_a_step_that_differs_is_said_unless_it_cannot_be_verified(
    unverifiable: tuple[str, ...], token: SecretStr | None
) -> None:
    desired = TaskSettings(step=FileStep("f", "c", token=TOKEN))
    said = patch_of(desired, TaskSettings(), differs_in("step", unverifiable=unverifiable))
    assert said == TaskSettings(step=FileStep("f", "c", token=token))


def test_the_token_of_a_trigger_is_said_unless_it_cannot_be_verified() -> None:
    other = replace(SOURCE, name="other")
    found = differs_in("sources", unverifiable=("sources[s].token",))
    assert patch_of(TaskSettings(sources=(SOURCE, other)), TaskSettings(sources=(SOURCE, other)), found) == (
        TaskSettings(sources=(replace(SOURCE, token=None), other))
    )


def test_new_triggers_are_switched_on_and_those_that_are_there_stay_as_they_are() -> None:
    base = BaseImageTrigger("base", "Runtime")
    timers = (TimerTrigger("t1", "0 1 * * *"), TimerTrigger("t2", "0 2 * * *"))
    desired = TaskSettings(timers=timers, base_image=base, sources=(SOURCE,), timeout=600)
    assert switched_on(desired, TaskSettings()) == TaskSettings(
        timers=tuple(replace(one, enabled=True) for one in timers),
        base_image=replace(base, enabled=True),
        sources=(replace(SOURCE, enabled=True),),
        timeout=600,
    )
    live = TaskSettings(
        timers=(replace(timers[0], enabled=False),),
        base_image=replace(base, enabled=False),
        sources=(replace(SOURCE, enabled=False),),
    )
    assert switched_on(desired, live) == replace(desired, timers=(timers[0], replace(timers[1], enabled=True)))


def test_triggers_that_the_spec_does_not_speak_of_are_not_switched_on() -> None:
    live = TaskSettings(timers=(TimerTrigger("t1", "0 1 * * *"),), base_image=BaseImageTrigger("b", "All"))
    assert switched_on(TaskSettings(), live) == TaskSettings()
    assert switched_on(TaskSettings(), TaskSettings()) == TaskSettings()
