"""Saved plans in Python."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from acr_identity.emulator import Emulator, ManualClock, World
from acr_identity.errors import SettingsError, StalePlanError, UnsafePlanError
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner, SavedPlan
from acr_identity.provisioner.saved_plan import plan_differences
from acr_identity.render import plan_json
from acr_identity.sdk import RequestSeen
from acr_identity.spec import dump_spec, load_document, load_spec, parse_spec
from flows.flows import CROSS_USER, FLOWS, Flow, holdings

SPEC = """\
subscription: 11111111-1111-1111-1111-111111111111
resource_group: myResourceGroup
registries: {myregistry: {}, mybaseregistry: {}}
tasks:
  nightly:
    registry: myregistry
    identity: system
    command: bash date
    values: {One: {env: ONE}, Other: {env: OTHER}}
"""


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(load_document(CROSS_USER.world, World), clock=ManualClock())


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a spec that needs two variables, which are set to the same."""
    for name in ("ONE", "OTHER"):
        monkeypatch.setenv(name, "planted")
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_each_flow_can_be_looked_at_first(flow: Flow, tmp_path: Path) -> None:
    with Provisioner.emulated(flow.world) as provisioner:
        plan = provisioner.plan(flow.spec)
        SavedPlan.of(plan).save(tmp_path / "plan.json")
        checked = provisioner.check(SavedPlan.load(tmp_path / "plan.json"))
        assert checked == plan
        assert provisioner.apply(checked).is_complete


def test_a_saved_plan_is_read_as_it_was_written(spec: Path, emulator: Emulator) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        saved = SavedPlan.of(provisioner.plan(spec, tasks=["nightly"]))
    saved.save(spec.parent / "plan.json")
    read = SavedPlan.load(spec.parent / "plan.json")
    assert (read.spec, read.tasks, read.cloud, read.marks) == (saved.spec, ("nightly",), "emulator", saved.marks)
    assert json.loads(read.shown) == json.loads(saved.shown)
    assert read.digest == saved.digest


def test_the_document_holds_the_plan_as_it_is_shown(spec: Path, emulator: Emulator) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        plan = provisioner.plan(spec)
    SavedPlan.of(plan).save(spec.parent / "plan.json")
    document = json.loads((spec.parent / "plan.json").read_text("utf-8"))
    assert list(document) == [
        "version",
        "kind",
        "spec",
        "tasks",
        "prune",
        "adopt",
        "cloud",
        "subscriptions",
        "marks",
        "plan",
    ]
    assert document["plan"] == json.loads(plan_json(plan))
    assert (document["spec"], document["tasks"]) == ("spec.yaml", None)
    assert sorted(document["marks"]["environment"]) == ["ONE", "OTHER"]


def test_no_two_marks_of_one_secret_are_alike(spec: Path, emulator: Emulator) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        plan = provisioner.plan(spec)
    marks = [SavedPlan.of(plan).marks for _ in range(2)]
    assert len({one for each in marks for one in (*each.environment.values(), each.plan, each.spec)}) == 8


def test_check_only_reads_and_asks_nothing_where_a_variable_tells_enough(
    spec: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[RequestSeen] = []
    with Provisioner.emulated(emulator, on_request=seen.append) as provisioner:
        saved = SavedPlan.of(provisioner.plan(spec))
        before = holdings(emulator)
        seen.clear()
        provisioner.check(saved)
        assert {request.method for request in seen} <= {"GET", "POST"}
        assert holdings(emulator) == before
        seen.clear()
        monkeypatch.setenv("ONE", "another")
        monkeypatch.delenv("OTHER")
        with pytest.raises(StalePlanError) as refusal:
            provisioner.check(saved)
    assert refusal.value.reasons == (
        "the environment variable ONE has another value",
        "the environment variable OTHER is not set",
    )
    assert seen == []


def test_the_spec_may_have_moved_to_another_place(spec: Path, emulator: Emulator) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        plan = provisioner.plan(spec)
        saved = SavedPlan.of(plan)
        moved = spec.rename(spec.with_name("moved.yaml"))
        assert provisioner.check(saved, load_spec(moved)) == plan
        with pytest.raises(StalePlanError, match="There is no such file"):
            provisioner.check(saved)


def test_a_variable_that_the_plan_does_not_send_counts_too(
    spec: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.apply(provisioner.plan(spec))
        saved = SavedPlan.of(provisioner.plan(spec))
        assert provisioner.check(saved).is_empty
        monkeypatch.setenv("ONE", "another")
        with pytest.raises(StalePlanError, match="the environment variable ONE has another value"):
            provisioner.check(saved)


def test_a_plan_for_azure_is_not_one_for_an_emulator(spec: Path, emulator: Emulator) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        saved = replace(SavedPlan.of(provisioner.plan(spec)), cloud="https://management.azure.com")
        with pytest.raises(StalePlanError, match=r"for the cloud https://management\.azure\.com, and this is emulator"):
            provisioner.check(saved)


def test_only_a_plan_of_the_file_of_a_spec_can_be_saved(spec: Path, emulator: Emulator) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        plans = (
            provisioner.plan(parse_spec(SPEC)),
            provisioner.plan_destroy(spec),
            replace(provisioner.plan(spec), purpose="destroy"),
            Plan(),
        )
    for plan in plans:
        with pytest.raises(SettingsError, match=r"only a plan that Provisioner\.plan made from the file of a spec"):
            SavedPlan.of(plan)


def test_an_unsafe_plan_cannot_be_saved() -> None:
    with pytest.raises(UnsafePlanError) as refusal:
        SavedPlan.of(Plan(unsafe=("it removes all",)))
    assert refusal.value.reasons == ("it removes all",)


def test_a_spec_on_another_drive_is_named_by_its_whole_path(
    spec: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_way(_path: object, _start: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    with Provisioner.emulated(emulator) as provisioner:
        saved = SavedPlan.of(provisioner.plan(spec))
    monkeypatch.setattr(os.path, "relpath", no_way)
    saved.save(spec.parent / "plan.json")
    assert SavedPlan.load(spec.parent / "plan.json").spec == spec.resolve()


def test_the_path_of_the_spec_is_right_behind_a_link(spec: Path, emulator: Emulator) -> None:
    place = spec.parent / "far" / "away"
    place.mkdir(parents=True)
    (spec.parent / "link").symlink_to(place)
    with Provisioner.emulated(emulator) as provisioner:
        SavedPlan.of(provisioner.plan(spec)).save(spec.parent / "link" / "plan.json")
    for way in (spec.parent / "link", place):
        assert SavedPlan.load(way / "plan.json").spec.samefile(spec)


def test_a_disk_that_is_full_leaves_the_plan_that_was_there(
    spec: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = spec.parent / "plan.json"
    with Provisioner.emulated(emulator) as provisioner:
        saved = SavedPlan.of(provisioner.plan(spec))
    saved.save(path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match=r"plan\.json cannot be written: No space left on device"):
        saved.save(path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in spec.parent.iterdir()) == ["plan.json", "spec.yaml"]


def test_a_spec_knows_its_file_and_its_variables(spec: Path) -> None:
    loaded = load_spec(spec)
    assert (loaded.path, loaded.variables) == (spec, ("ONE", "OTHER"))
    assert parse_spec(dump_spec(loaded)).path is None
    assert parse_spec(dump_spec(loaded)) == loaded


# Differences


def shown(*changes: Mapping[str, object], unsafe: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> str:
    return json.dumps({"purpose": "apply", "changes": changes, "unsafe": unsafe, "notes": notes})


def change(key: str, **rest: object) -> Mapping[str, object]:
    return {"key": f"create {key}", "title": f"create {key}", **rest}


def test_each_kind_of_difference_is_told() -> None:
    before = shown(change("a"), change("b", after=["x"]), change("c", one=1, two=2, three=3, four=4))
    after = shown(change("b", after=["y"]), change("c", one=0, two=0, three=0), change("d"), unsafe=("it is unsafe",))
    assert plan_differences(before, after) == (
        "other: create b (after[0])",
        "other: create c (one, two, three, …)",
        "new: create d",
        "gone: create a",
        "unsafe: it is unsafe",
    )
    assert plan_differences(after, before)[-1] == "no longer unsafe: it is unsafe"


def field(path: str, before: str, after: str) -> Mapping[str, str]:
    return {"path": path, "before": before, "after": after}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([field("cpu", "2", "4")], [field("cpu", "3", "4")], "cpu: 3 -> 4"),
        ([field("cpu", "2", "4")], [], "cpu"),
        ([], [field("pool", "x" * 100, "y")], "pool"),
        ([field("text", "a\nb\n", "c\n")], [field("text", "a\nb\n", "c\nd\n")], "text gets another text: +1 -0 lines"),
        ([field("text", "a\nb\n", "c\n")], [field("text", "a\n", "c\n")], "text has another text: +0 -1 lines"),
        ([field("text", "a\n", "c\n")], [field("text", "A\n", "c\n")], "text has another text: +1 -1 lines"),
        (
            [field("text", "a\n", "c\n")],
            [field("text", "b\n", "d\n")],
            "text has another text: +1 -1 lines and gets another text: +1 -1 lines",
        ),
        (
            [field("identity", "(none)", "/a"), field("identity", "(none)", "/b")],
            [field("identity", "(none)", "/a")],
            "identity: (none) -> /a",
        ),
        ([1], [2], "fields"),
    ],
)
def test_what_a_change_sets_is_told_by_its_fields_and_of_texts_only_how_many_lines(
    before: list[object], after: list[object], told: str
) -> None:
    first, second = (shown(change("a", fields=fields, details=str(fields))) for fields in (before, after))
    assert plan_differences(first, second) == (f"other: create a ({told})",)


def test_case_and_notes_make_no_difference() -> None:
    before = shown(change("/subscriptions/A", scope="/subscriptions/A"), notes=("a note",))
    assert plan_differences(before, before.lower().replace("a note", "another")) == ()


def test_of_many_differences_the_first_are_told_and_the_others_counted() -> None:
    found = plan_differences(shown(), shown(*(change(str(number)) for number in range(25))))
    assert (len(found), found[-1]) == (21, "5 more changes differ")


@pytest.mark.parametrize(
    "text", ["[]", "{}", shown({"key": "a"}), shown(change("a"), change("a")), '{"purpose": 1}', "{"]
)
def test_what_is_no_plan_has_no_differences(text: str) -> None:
    with pytest.raises(ValueError, match=r"it is no plan|Expecting"):
        plan_differences(shown(), text)


# Files that are none


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"kind": "saved_plan", "version": 1, "plan": ' + "[" * 60 + "]" * 60 + "}", "is cut short, or is no JSON"),
        ("[" * 100_000, "is cut short, or is no JSON"),
        ('{"kind": "saved_plan", "version": Infinity}', "is cut short, or is no JSON"),
        ("\udcff", "is cut short, or is no JSON"),
        ("7", "is a document of kind 'None', not a saved plan"),
    ],
    ids=["deep", "deeper", "no number", "no text", "no object"],
)
def test_a_file_that_is_no_saved_plan_is_refused_in_words(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(StalePlanError) as refusal:
        SavedPlan.load(path)
    assert refusal.value.reasons == (f"{path} {reason}",)


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere", "No such file or directory"), ("", "Is a directory"), ("plan.json/a", "Not a dir")]
)
def test_a_plan_that_is_not_there_is_none(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    assert not SavedPlan.is_in(tmp_path / name)
    with pytest.raises(StalePlanError, match=f"cannot be read: {reason}"):
        SavedPlan.load(tmp_path / name)
