"""The facade for scripts and notebooks."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

import pytest

from acr_identity.changes import Change, DeleteTask
from acr_identity.emulator import Emulator, Fault, ManualClock, Settings, World
from acr_identity.errors import (
    ExitCode,
    MissingResourceError,
    NotAuthorisedError,
    SettingsError,
    SpecError,
    TaskMissingError,
    TooManyRemovalsError,
    UnsafePlanError,
)
from acr_identity.execute import Silent
from acr_identity.ids import ArmId
from acr_identity.plan import Plan, PlannedChange
from acr_identity.provisioner import Provisioner, load_cloud
from acr_identity.render import plan_html
from acr_identity.sdk import RequestSeen
from acr_identity.spec import Spec, load_document, load_spec
from flows.flows import CROSS_SYSTEM, CROSS_USER, GROUP, VAULT_USER, Flow, emulator_of


class Text(HTMLParser):
    """Collects the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def test_everything_shows_itself_as_html_and_as_text() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        plan = provisioner.plan(CROSS_USER.spec)
        report = provisioner.apply(plan)
        run = provisioner.run("helloworldtask")
        run.wait()
        view = provisioner.show("helloworldtask")
    for shown in (plan, report, run, view):
        assert "helloworldtask" in Text(shown._repr_html_()).text
        assert "helloworldtask" in str(shown)


def test_it_works_inside_a_running_event_loop() -> None:
    async def work() -> bool:
        with Provisioner.emulated(CROSS_USER.world) as provisioner:
            plan = await asyncio.to_thread(provisioner.plan, CROSS_USER.spec)
            report = await asyncio.to_thread(provisioner.apply, plan)
            return provisioner.plan(CROSS_USER.spec).is_empty and report.is_complete

    assert asyncio.run(work())


def test_work_in_another_thread_can_be_stopped() -> None:
    stop = threading.Event()
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        plan = provisioner.plan(CROSS_USER.spec)
        stop.set()
        report = provisioner.apply(plan, stop=stop)
        assert (report.interrupted, report.exit_code) == (True, ExitCode.INTERRUPTED)
        assert provisioner.plan(CROSS_USER.spec) == plan, "nothing was changed"
        assert provisioner.apply(plan).is_complete, "it can be applied later"


def test_work_that_waits_for_azure_can_be_stopped() -> None:
    stop = threading.Event()

    class Watcher(Silent):
        def waiting(self, _change: Change | None, _reason: str, _seconds: float) -> None:
            stop.set()

    emulator = Emulator(load_document(CROSS_USER.world, World))
    headers = (("Retry-After", "500"),)
    with Provisioner.emulated(emulator, progress=Watcher()) as provisioner:
        plan = provisioner.plan(CROSS_USER.spec)
        emulator.faults.add(Fault(method="PUT", status=429, headers=headers, times=None))
        report = provisioner.apply(plan, stop=stop)
    assert (report.interrupted, report.exit_code) == (True, ExitCode.INTERRUPTED)


def test_one_provisioner_serves_several_threads() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner, ThreadPoolExecutor(4) as pool:
        plans = list(pool.map(lambda _: provisioner.plan(CROSS_USER.spec), range(8)))
    assert plans == plans[:1] * 8


@pytest.mark.parametrize("flow", [CROSS_SYSTEM, CROSS_USER], ids=str)
def test_two_applies_at_once_end_as_one(flow: Flow) -> None:
    emulator = Emulator(load_document(flow.world, World))
    with Provisioner.emulated(emulator) as one, Provisioner.emulated(emulator) as other:
        plans = one.plan(flow.spec), other.plan(flow.spec)
        with ThreadPoolExecutor(2) as pool:
            reports = list(pool.map(lambda pair: pair[0].apply(pair[1]), zip((one, other), plans, strict=True)))
        assert [report.is_complete for report in reports] == [True, True]
        assert one.plan(flow.spec).is_empty
        assert one.run("helloworldtask").wait().status == "Succeeded"


def test_a_task_is_known_by_its_id_or_by_a_spec_that_was_planned() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        with pytest.raises(TaskMissingError, match="no spec with a task 'helloworldtask' was planned or shown here"):
            provisioner.run("helloworldtask")
        provisioner.apply(provisioner.plan(CROSS_USER.spec))
        id_ = load_spec(CROSS_USER.spec).task_id("helloworldtask")
        assert isinstance(id_, ArmId)
        assert provisioner.run(id_).wait().status == "Succeeded"
        assert provisioner.run(str(id_)).wait().status == "Succeeded"


def test_the_show_of_a_task_that_is_not_there_says_so() -> None:
    with (
        Provisioner.emulated(CROSS_USER.world) as provisioner,
        pytest.raises(TaskMissingError, match="there is no task helloworldtask in registry myregistry"),
    ):
        provisioner.show("helloworldtask", CROSS_USER.spec)


def test_a_vault_that_is_not_there_is_named_before_anything_is_changed() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        with pytest.raises(MissingResourceError, match="There is no vault 'mykeyvault' in"):
            provisioner.plan(VAULT_USER.spec)
        assert {request.method for request in emulator_of(provisioner).requests} <= {"GET", "POST"}


def test_only_the_named_tasks_are_planned(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    second = "  secondtask: {registry: myregistry, command: alpine}\n"
    spec.write_text(CROSS_USER.spec.read_text() + second)
    (tmp_path / "helloworldtask.yaml").write_text("version: v1.1.0\n")
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        assert len(provisioner.plan(spec, tasks=["secondtask"]).changes) == 1
        with pytest.raises(SpecError, match="Did you mean 'secondtask'"):
            provisioner.plan(spec, tasks=["secondtsk"])


def test_a_plan_is_made_without_a_variable_and_cannot_be_applied() -> None:
    spec = Spec.model_validate(
        {
            "subscription": "11111111-1111-1111-1111-111111111111",
            "resource_group": "myResourceGroup",
            "registries": {"myregistry": {}},
            "tasks": {"hello": {"registry": "myregistry", "command": "alpine", "values": {"A": {"env": "NOT_SET"}}}},
        }
    )
    with Provisioner.emulated(CROSS_USER.world) as provisioner, patch.dict(os.environ):
        os.environ.pop("NOT_SET", None)
        plan = provisioner.plan(spec)
        asked = emulator_of(provisioner).requests
        with pytest.raises(
            SpecError, match=r"^tasks\.hello\.values\.A: The environment variable NOT_SET is not set\. Export it\.$"
        ) as caught:
            provisioner.apply(plan)
        assert (caught.value.problems, caught.value.exit_code) == (plan.unset, ExitCode.INVALID_SPEC)
        assert emulator_of(provisioner).requests == asked


def test_an_unsafe_plan_is_refused_and_nothing_is_changed() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        plan = provisioner.plan(CROSS_USER.spec)
        asked = len(emulator_of(provisioner).requests)
        with pytest.raises(UnsafePlanError, match="it would lose something"):
            provisioner.apply(Plan(plan.steps, unsafe=("it would lose something",)))
        assert len(emulator_of(provisioner).requests) == asked


def test_a_plan_that_removes_much_is_refused_and_nothing_is_changed_unless_it_is_meant() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        registry = load_spec(CROSS_USER.spec).task_id("helloworldtask").parent
        deletions = (DeleteTask(registry.child("tasks", f"task{number}"), "why") for number in range(6))
        plan = Plan(tuple(map(PlannedChange, deletions)))
        for said in (None, 5):
            with pytest.raises(TooManyRemovalsError, match="it would remove 6 things"):
                provisioner.apply(plan, max_removals=said)
        assert emulator_of(provisioner).requests == ()
        assert provisioner.apply(plan, max_removals=6).is_complete
        assert provisioner.apply(replace(plan, purpose="destroy")).is_complete


def test_each_request_is_told_of() -> None:
    seen: list[RequestSeen] = []
    with Provisioner.emulated(CROSS_USER.world, on_request=seen.append) as provisioner:
        provisioner.plan(CROSS_USER.spec)
        assert len(seen) == len(emulator_of(provisioner).requests)
    assert len({request.correlation_id for request in seen}) == 1


def test_a_state_file_keeps_what_was_done_and_keeps_others_out(tmp_path: Path) -> None:
    state = tmp_path / "folder" / "state.json"
    with Provisioner.emulated(CROSS_USER.world, state=state) as provisioner:
        provisioner.apply(provisioner.plan(CROSS_USER.spec))
    with Provisioner.emulated(state=state) as provisioner:
        assert provisioner.plan(CROSS_USER.spec).is_empty
    whole = state.read_bytes()
    state.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SettingsError, match="cut short") as caught:
        Provisioner.emulated(state=state)
    assert caught.value.advice == "To go on, delete it or give another path."


def test_a_plan_that_is_equal_has_an_equal_digest_and_another_has_not() -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        first, second = (provisioner.plan(CROSS_USER.spec) for _ in range(2))
        assert (first, first.digest) == (second, second.digest)
        provisioner.apply(first)
        assert provisioner.plan(CROSS_USER.spec).digest != first.digest
    assert type(first) is Plan


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("resource_manager: http://127.0.0.1\n", ":1:19: This is no https address of a host. An example is"),
        ("resource_managr: https://127.0.0.1\n", "resource_managr"),
        ("", "empty"),
    ],
)
def test_a_cloud_file_with_mistakes_is_refused_with_their_places(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "cloud.yaml"
    file.write_text(text)
    with pytest.raises(SpecError, match=message) as caught:
        load_cloud(file)
    assert all(problem.line for problem in caught.value.problems)


@pytest.mark.parametrize(
    "address",
    [
        *("https://", "https:///x", "https://host:0", "https://host:99999", "https://host:-1", "https://host:x"),
        *("https://[", "https://[::1", "https://[:::::]", "https://[::1]:x", "https://me@host", "https://me:pw@host"),
        *("https://host?a", "https://host#a", "https://host/a", "https://host//", "https://host\\\\a", "https://a b"),
        *("https://.", "https://\uff11\uff12", "https://%00", "http://host", "host"),
    ],
)
@pytest.mark.parametrize("key", ["resource_manager", "authority"])
def test_an_address_of_a_cloud_is_a_host_with_perhaps_a_port(tmp_path: Path, key: str, address: str) -> None:
    file = tmp_path / "cloud.yaml"
    text = dict.fromkeys(("resource_manager", "authority"), "https://127.0.0.1:8443/")
    text |= {key: address, "registry_suffix": "azurecr.io", "vault_suffix": "vault.azure.net"}
    file.write_text("".join(f"{name}: {json.dumps(value)}\n" for name, value in text.items()))
    with pytest.raises(SpecError) as caught:
        load_cloud(file)
    assert [problem.message for problem in caught.value.problems] == [
        "This is no https address of a host. An example is https://127.0.0.1:8443."
    ]


@pytest.mark.parametrize("host", ["127.0.0.1:8443", "[::1]:8443", "Azure.local", "my_azure", "h:443/"])
def test_a_host_may_be_a_name_or_a_number(tmp_path: Path, host: str) -> None:
    file = tmp_path / "cloud.yaml"
    file.write_text(
        f"{{resource_manager: 'https://{host}', authority: 'https://{host}', registry_suffix: a, vault_suffix: b}}"
    )
    assert load_cloud(file).resource_manager == f"https://{host}".rstrip("/")


def test_a_cloud_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match="no cloud and no file is called 'AzureMoon'"):
        load_cloud("AzureMoon")


def test_rights_on_the_resource_group_are_enough() -> None:
    emulator = Emulator(load_document(CROSS_USER.world, World))
    caller = emulator.caller(["*"], scope=GROUP)
    with Provisioner.emulated(emulator, caller=caller) as provisioner:
        assert provisioner.apply(provisioner.plan(CROSS_USER.spec)).is_complete


def test_who_may_not_assign_roles_is_told_which_role_it_takes_and_the_rest_is_done() -> None:
    emulator = Emulator(load_document(CROSS_USER.world, World))
    actions = ["*/read", "Microsoft.ContainerRegistry/*", "Microsoft.ManagedIdentity/*"]
    with Provisioner.emulated(emulator, caller=emulator.caller(actions)) as provisioner:
        report = provisioner.apply(provisioner.plan(CROSS_USER.spec))
    (failure,) = report.failures
    assert isinstance(failure.error, NotAuthorisedError)
    assert "Role Based Access Control Administrator" in failure.error.advice
    assert report.exit_code is ExitCode.PARTLY_DONE


def test_a_clock_that_is_moved_by_hand_is_waited_by() -> None:
    emulator = Emulator(World.load(CROSS_USER.world), clock=ManualClock(), settings=Settings(line_seconds=600))
    emulator.faults.add(Fault(status=429, headers=(("Retry-After", "500"),)))
    start = emulator.clock.monotonic()
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.apply(provisioner.plan(CROSS_USER.spec)).is_complete
        assert emulator.clock.monotonic() - start >= 500
        assert provisioner.run(CROSS_USER.task).wait().status == "Succeeded"
    assert emulator.clock.monotonic() - start >= 500 + 600


def test_an_emulator_of_ones_own_takes_no_state_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has its state and settings already"):
        Provisioner.emulated(Emulator(), state=tmp_path / "state.json")


def test_a_provisioner_reads_only_files_of_the_spec_unless_a_folder_is_allowed(tmp_path: Path) -> None:
    spec = tmp_path / "specs" / "spec.yaml"
    shutil.copytree(CROSS_USER.spec.parent, spec.parent)
    (spec.parent / "helloworldtask.yaml").rename(tmp_path / "task.yaml")
    (spec.parent / "helloworldtask.yaml").symlink_to("../task.yaml")
    world = spec.parent / "world.yaml"
    with Provisioner.emulated(world) as provisioner, pytest.raises(SpecError, match="is not in the repository"):
        provisioner.plan(spec)
    with Provisioner.emulated(world, files_from=[tmp_path]) as provisioner:
        assert len(provisioner.plan(spec).steps) == 3


def test_a_provisioner_for_azure_has_no_emulator() -> None:
    with Provisioner() as provisioner, pytest.raises(SettingsError) as caught:
        provisioner.emulator.token()
    assert (str(caught.value), caught.value.advice) == (
        "this provisioner talks to Azure, not to an emulator",
        "Make one with Provisioner.emulated().",
    )


def test_a_plan_shows_itself_in_a_notebook_as_it_is_rendered() -> None:
    plan = Plan()
    assert plan._repr_html_() == plan_html(plan)
