"""Plans that are looked at first: saved and applied later, or given by their digest."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest

from acr_identity.cli import main
from acr_identity.cli.console import Console, Format
from acr_identity.cli.planned_work import agreed
from acr_identity.errors import InterruptedWorkError
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner
from cli.stand_ins import FORBIDDEN, NO_ROLES, StandInForAzure, Terminal
from flows.flows import IDENTITIES_VERSION, ask

GROUP = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/myResourceGroup"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/myACRTasksId"
LOGIN = """\
    credentials:
      docker.io: {user_name: {env: HUB_USER}, password: {env: HUB_PASSWORD}}
"""


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a login in the environment."""
    monkeypatch.setenv("HUB_USER", "planted-user")
    monkeypatch.setenv("HUB_PASSWORD", "planted-password")


@dataclass(frozen=True)
class Saved:
    """A plan that was saved, and the Azure to which it belongs."""

    azure: StandInForAzure
    file: Path

    @property
    def spec(self) -> Path:
        return self.azure.folder / "spec.yaml"

    def edit(self, old: str, new: str) -> None:
        """Change the document."""
        replace(self.file, old, new)

    def world(self) -> str:
        """Return all that Azure holds."""
        return self._state.read_text("utf-8") if self._state.exists() else ""

    @property
    def _state(self) -> Path:
        return self.azure.folder / "azure.json"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def saved(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> Saved:
    """Return a plan that was saved in a folder beside the spec."""
    spec = azure.folder / "spec.yaml"
    spec.write_text(spec.read_text("utf-8") + LOGIN, encoding="utf-8")
    (azure.folder / "out").mkdir()
    assert main(["plan", "spec.yaml", "--out", "out/plan.json"]) == 0
    assert capsys.readouterr().err == "saved the plan to out/plan.json\n"
    return Saved(azure, azure.folder / "out" / "plan.json")


def report_of(printed: str) -> object:
    """Return a report as data, without what differs from time to time."""
    report = json.loads(printed)["report"]
    for outcome in report["outcomes"]:
        outcome.pop("seconds", None)
    return report


def test_a_saved_plan_is_applied_without_a_question_and_reports_as_the_spec_does(
    saved: Saved, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", str(saved.file), "--output", "json"]) == 0
    of_the_plan = capsys.readouterr().out
    (saved.azure.folder / "azure.json").unlink()
    assert main(["apply", "spec.yaml", "--yes", "--output", "json"]) == 0
    of_the_spec = capsys.readouterr().out
    assert report_of(of_the_plan) == report_of(of_the_spec)
    assert json.loads(of_the_plan)["plan"] == json.loads(of_the_spec)["plan"]


def test_a_saved_plan_of_which_a_change_is_refused_ends_as_the_spec_does(saved: Saved) -> None:
    saved.azure.faults.append(NO_ROLES)
    assert main(["apply", str(saved.file)]) == 5


def test_a_saved_plan_to_do_nothing_does_nothing_while_that_is_so(
    saved: Saved, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["apply", str(saved.file)])
    assert main(["plan", "spec.yaml", "--out", "out/plan.json"]) == 0
    capsys.readouterr()
    assert main(["apply", "out/plan.json"]) == 0
    assert capsys.readouterr() == ("Nothing to do: Azure has what the spec says.\n", "")


def test_the_name_of_the_file_says_nothing(saved: Saved) -> None:
    assert main(["apply", str(saved.file.rename(saved.file.with_name("spec-of-june.yaml")))]) == 0


def test_folder_and_plan_may_move_together(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("other-checkout") / "here"
    world = saved.azure.folder / "world.yaml"
    saved.azure.folder.rename(elsewhere)
    monkeypatch.chdir(elsewhere.parent)
    world.parent.mkdir()
    (elsewhere / "world.yaml").rename(world)
    assert main(["apply", "here/out/plan.json"]) == 0


def test_comments_and_order_of_the_spec_make_no_difference(saved: Saved) -> None:
    text = saved.spec.read_text("utf-8")
    saved.spec.write_text(f"# Looked at in June.\n{text}\n", encoding="utf-8")
    assert main(["apply", str(saved.file)]) == 0


Move: TypeAlias = Callable[[Saved, pytest.MonkeyPatch], None]
"""What happens between `plan` and `apply`."""


def others_make_the_identity(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    with Provisioner.emulated(saved.azure.folder / "world.yaml", state=saved.azure.folder / "azure.json") as theirs:
        ask(theirs.emulator, "PUT", IDENTITY, {"location": "eastus"}, version=IDENTITIES_VERSION)


def the_registry_goes_away(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    replace(saved.azure.folder / "world.yaml", "  mybaseregistry:", "  otherregistry:")


def the_task_file_changes(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    file = saved.azure.folder / "helloworldtask.yaml"
    file.write_text(file.read_text("utf-8") + "# more\n", encoding="utf-8")


def the_spec_changes(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    replace(saved.spec, "    pull: [mybaseregistry]", "    pull: []")


def the_spec_swaps_two_variables(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    replace(saved.spec, LOGIN, LOGIN.replace("USER", "X").replace("PASSWORD", "USER").replace("X", "PASSWORD"))


def the_spec_goes_away(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    saved.spec.unlink()


def the_spec_is_another(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    replace(saved.spec, "11111111-1111-1111-1111-111111111111", "99999999-9999-9999-9999-999999999999")


def the_password_changes(_saved: Saved, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("HUB_PASSWORD", "planted-anew")


def the_password_is_gone(_saved: Saved, settings: pytest.MonkeyPatch) -> None:
    settings.delenv("HUB_PASSWORD")


def the_password_is_empty(_saved: Saved, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("HUB_PASSWORD", "")


def the_document_is_cut(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    text = saved.file.read_text("utf-8")
    saved.file.write_text(text[: len(text) // 2], encoding="utf-8")


def the_document_is_no_json(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    saved.edit('"tasks": null', '"tasks": NaN')


def the_document_has_a_key_twice(saved: Saved, _settings: pytest.MonkeyPatch) -> None:
    saved.edit('"tasks": null', '"tasks": [], "tasks": null')


def edit(old: str, new: str) -> Move:
    """Return what changes the document."""

    def move(saved: Saved, settings: pytest.MonkeyPatch) -> None:
        del settings
        saved.edit(old, new)

    return move


MOVES: dict[str, tuple[Move, str]] = {
    "Azure": (others_make_the_identity, "gone: create identity myACRTasksId"),
    "a registry that goes": (the_registry_goes_away, "There is no registry "),
    "the task file": (the_task_file_changes, "helloworldtask.yaml is another one"),
    "what the task file says": (
        the_task_file_changes,
        "other: create task helloworldtask (details.settings.step.lines, details.settings.step.sha256)",
    ),
    "the spec": (the_spec_changes, "gone: assign AcrPull on mybaseregistry to myACRTasksId"),
    "where the spec has it": (the_spec_changes, "out/../spec.yaml says something else"),
    "variables that change places": (the_spec_swaps_two_variables, "a secret value is another one, or stands in"),
    "no spec": (the_spec_goes_away, "the spec cannot be read now: out/../spec.yaml: There is no such file."),
    "another spec": (the_spec_is_another, "it is a plan for the subscriptions 11111111-1111-1111-1111-111111111111"),
    "a variable": (the_password_changes, "the environment variable HUB_PASSWORD has another value"),
    "no variable": (the_password_is_gone, "the environment variable HUB_PASSWORD is not set"),
    "an empty variable": (the_password_is_empty, "the environment variable HUB_PASSWORD is empty"),
    "half a document": (the_document_is_cut, "plan.json is cut short, or is no JSON"),
    "no JSON": (the_document_is_no_json, "plan.json is cut short, or is no JSON"),
    "a key twice": (the_document_has_a_key_twice, "plan.json is cut short, or is no JSON"),
    "another version": (
        edit('{\n  "version": 1', '{\n  "version": 2'),
        "plan.json is of version 2, this program reads version 1",
    ),
    "another kind": (edit("saved_plan", "plan"), "plan.json is a document of kind 'plan', not a saved plan"),
    "an unknown key": (
        edit('"tasks": null', '"more": 1, "tasks": null'),
        "as this program writes them: look at more",
    ),
    "no plan": (edit('"plan": {', '"plan": [], "other": {'), "as this program writes them: look at plan"),
    "no changes": (edit('"changes": [', '"changes": 1, "other": ['), "what the document shows is no plan"),
    "a task that is not there": (edit('"tasks": null', '"tasks": ["nightly"]'), "There is no task 'nightly'"),
    "another cloud": (edit('"cloud": "emulator"', '"cloud": "https://a"'), "for the cloud https://a, and this is emul"),
    "destroy": (edit('"purpose": "apply"', '"purpose": "destroy"'), "it was a plan to destroy, and is one to apply"),
    "what is shown of a change": (edit('"role": "AcrPull"', '"role": "Reader"'), "AcrPull on mybaseregistry"),
    "the summary": (edit('"create": 3', '"create": 1'), "shown in another way: summary.create"),
    "the digest": (edit('"digest": "', '"digest": "0'), "its digest is "),
}


@pytest.mark.parametrize(("move", "reason"), MOVES.values(), ids=MOVES)
def test_7_is_a_saved_plan_that_would_be_another_one_and_nothing_is_written(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], move: Move, reason: str
) -> None:
    move(saved, monkeypatch)
    before = saved.world()
    assert main(["apply", str(saved.file.relative_to(saved.azure.folder)), "--yes", "--output", "json"]) == 7
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["type"], error["exit_code"]) == ("StalePlanError", 7)
    assert error["advice"] == "Make the plan anew with `plan --out`, look at it, and apply that one."
    assert reason in " | ".join(error["reasons"])
    assert saved.world() == before


def test_the_refusal_of_a_saved_plan_reads_as_documented(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    the_password_changes(saved, monkeypatch)
    assert main(["apply", "out/plan.json"]) == 7
    assert capsys.readouterr().err == (
        "Error: the plan that was looked at is not applied\n"
        "\n"
        "Because: the environment variable HUB_PASSWORD has another value\n"
        "\n"
        "Advice: Make the plan anew with `plan --out`, look at it, and apply that one.\n"
        "\n"
        "Exit code 7: refused as unsafe\n"
    )


def test_a_saved_plan_keeps_its_targets(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    saved.spec.write_text(saved.spec.read_text("utf-8") + "  other: {registry: myregistry, command: alpine}\n", "utf-8")
    main(["plan", "spec.yaml", "--target", "other", "--out", "out/plan.json"])
    capsys.readouterr()
    assert main(["apply", "out/plan.json", "--target", "other"]) == 1
    assert "A saved plan has its targets: leave out --target, --prune and --adopt." in capsys.readouterr().err
    assert main(["apply", "out/plan.json"]) == 0
    assert capsys.readouterr().out.endswith("Report: 1 done, 0 failed, 0 skipped\n")


def test_what_azure_refuses_to_show_is_no_other_plan(saved: Saved) -> None:
    saved.azure.faults.append(FORBIDDEN)
    assert main(["apply", str(saved.file)]) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"version": 1, "tasks": {}, "kind": "saved_plan"}', 7),
        ('{"version": 1, "kind": "saved_plan", "plan": {"dig', 7),
        ('{"version": 1, "kind": "error"}', 7),
        ('{"version": 1, "tasks": {}}', 0),
        ('{"version": 1, "tasks": {"kind": 7}}', 3),
        ('{"version": 1, "tasks": {', 3),
        ("version: 1\nkind: saved_plan\n", 3),
        ("[]", 3),
        ("", 3),
    ],
)
@pytest.mark.usefixtures("azure")
def test_what_is_in_a_file_tells_a_saved_plan_from_a_spec(folder: Path, content: str, code: int) -> None:
    (folder / "file.json").write_text(content, encoding="utf-8")
    assert main(["apply", "file.json", "--yes"]) == code


# Where it is saved


def test_a_document_is_for_its_owner_only_and_takes_the_place_of_another(saved: Saved) -> None:
    first = saved.file.read_bytes()
    saved.file.chmod(0o644)
    assert main(["plan", "spec.yaml", "--out", "out/plan.json"]) == 0
    assert stat.S_IMODE(saved.file.stat().st_mode) == 0o600
    assert saved.file.read_bytes() != first, "it has a salt of its own"
    assert [path.name for path in saved.file.parent.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("content", ["precious", "{}", '{"version": 1, "kind": "plan"}', ""])
def test_what_is_no_saved_plan_is_not_overwritten(
    saved: Saved, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    saved.file.write_text(content, encoding="utf-8")
    assert main(["plan", "spec.yaml", "--out", "out/plan.json"]) == 1
    assert capsys.readouterr().err.startswith("Error: out/plan.json is no saved plan, and is not overwritten\n")
    assert saved.file.read_text("utf-8") == content


@pytest.mark.parametrize("leads_to", ["plan.json", "nowhere.json"])
def test_nothing_is_written_through_a_link(saved: Saved, capsys: pytest.CaptureFixture[str], leads_to: str) -> None:
    before = saved.file.read_bytes()
    (saved.file.parent / "link.json").symlink_to(leads_to)
    assert main(["plan", "spec.yaml", "--out", "out/link.json", "--output", "json"]) == 1
    message = json.loads(capsys.readouterr().out)["error"]["message"]
    assert message == "out/link.json is a link: a plan would be written elsewhere"
    assert saved.file.read_bytes() == before
    assert {path.name for path in saved.file.parent.iterdir()} == {"plan.json", "link.json"}


def test_a_place_that_is_not_there_is_told(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    assert saved.file.exists()
    assert main(["plan", "spec.yaml", "--out", "nowhere/plan.json"]) == 1
    assert capsys.readouterr().err.startswith("Error: nowhere/plan.json cannot be written: No such file or directory\n")


def test_an_unsafe_plan_is_not_saved(saved: Saved) -> None:
    replace(saved.spec, "docker.io", "mybaseregistry.azurecr.io")
    assert main(["plan", "spec.yaml", "--out", "out/unsafe.json"]) == 7
    assert not (saved.file.parent / "unsafe.json").exists()


# By its digest


def digest_of(spec: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["plan", spec, "--output", "json"])
    return str(json.loads(capsys.readouterr().out)["digest"])


@pytest.mark.parametrize("file", ["spec.yaml", "out/plan.json"])
def test_the_plan_of_a_digest_is_applied_without_a_question(
    saved: Saved, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    assert saved.file.exists()
    digest = digest_of("spec.yaml", capsys)
    assert main(["apply", file, "--digest", digest.upper()]) == 0
    assert f"\nDigest: {digest}\n" in capsys.readouterr().out


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_7_is_another_plan_than_the_one_of_the_digest_and_shows_what_it_is(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    digest = digest_of("spec.yaml", capsys)
    others_make_the_identity(saved, monkeypatch)
    before, now = saved.world(), digest_of("spec.yaml", capsys)
    assert main(["apply", "spec.yaml", "--yes", "--digest", digest, "--output", output]) == 7
    printed = " ".join("".join(capsys.readouterr()).split())
    assert f"the digest of the plan is {now} now, not {digest}" in printed
    assert "assign AcrPull on mybaseregistry to myACRTasksId" in printed
    assert saved.world() == before


@pytest.mark.parametrize("digest", ["", "0", "of the plan"])
def test_7_is_no_digest_at_all(saved: Saved, digest: str) -> None:
    before = saved.world()
    assert main(["apply", "spec.yaml", "--yes", "--digest", digest]) == 7
    assert saved.world() == before


# After a long time at the question


@dataclass
class Person:
    """Sits at the terminal: an answer takes time, and meanwhile things happen."""

    seconds: float
    meanwhile: Callable[[], object]
    now: float = 1000.0
    asked: int = 0

    def time(self) -> float:
        self.asked += 1
        if self.asked % 2 == 0:
            self.now += self.seconds
            self.meanwhile()
        return self.now


def consent(
    provisioner: Provisioner, person: Person, answers: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Callable[[], Plan], Terminal]:
    """Return what asks the person, and the screen."""
    screen = Terminal()
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("sys.stdin", Terminal(answers))

    def make() -> Plan:
        return provisioner.plan("spec.yaml")

    return lambda: agreed("apply", make(), make, Console(Format.JSON), asks=True, now=person.time), screen


def others_add_an_identity(provisioner: Provisioner) -> object:
    return ask(provisioner.emulator, "PUT", IDENTITY, {"location": "eastus"}, version=IDENTITIES_VERSION)


@pytest.mark.usefixtures("cross_registry")
def test_an_answer_within_a_minute_is_for_the_plan_as_it_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with Provisioner.emulated("world.yaml") as provisioner:
        first = provisioner.plan("spec.yaml")
        person = Person(60, lambda: others_add_an_identity(provisioner))
        ask_them, screen = consent(provisioner, person, "y\n", monkeypatch)
        assert ask_them() == first
    assert screen.getvalue().count("[y/N]") == 1


@pytest.mark.parametrize("seconds", [61.0, -5.0], ids=["a minute", "a clock that was set back"])
@pytest.mark.usefixtures("cross_registry")
def test_after_a_minute_the_same_plan_needs_no_second_answer(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    with Provisioner.emulated("world.yaml") as provisioner:
        asked_before: list[int] = []
        person = Person(seconds, lambda: asked_before.append(len(provisioner.emulator.requests)))
        ask_them, screen = consent(provisioner, person, "y\n", monkeypatch)
        assert ask_them() == provisioner.plan("spec.yaml")
        assert len(provisioner.emulator.requests) > 2 * asked_before[0], "Azure was read again"
    assert screen.getvalue().count("[y/N]") == 1


@pytest.mark.usefixtures("cross_registry")
def test_after_a_minute_the_plan_is_made_anew_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Provisioner.emulated("world.yaml") as provisioner:
        person = Person(61, lambda: others_add_an_identity(provisioner))
        ask_them, screen = consent(provisioner, person, "y\ny\n", monkeypatch)
        assert ask_them() == provisioner.plan("spec.yaml")
        report = provisioner.apply(provisioner.plan("spec.yaml"))
    shown = screen.getvalue()
    assert "the plan is another one now:\n  other: create task helloworldtask" in shown
    assert "\n  gone: create identity myACRTasksId\n" in shown
    assert shown.index("Make these 3 changes?") < shown.index("the plan is") < shown.index("Make these 2 changes?")
    assert len(report.outcomes) == 2


@pytest.mark.parametrize(("command", "method"), [("apply", "PUT"), ("destroy", "DELETE")])
def test_each_command_that_asks_makes_its_plan_anew_after_a_minute(
    azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch, command: str, method: str
) -> None:
    if command == "destroy":
        main(["apply", "spec.yaml", "--yes"])

    def others_work() -> None:
        body = {"location": "eastus"} if method == "PUT" else None
        ask(azure.opened[-1].emulator, method, IDENTITY, body, version=IDENTITIES_VERSION)

    monkeypatch.setattr("acr_identity.cli.planned_work.agreed", partial(agreed, now=Person(61, others_work).time))
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("sys.stdin", Terminal("y\nn\n"))
    assert main([command, "spec.yaml"]) == 130
    assert "the plan is another one now:" in screen.getvalue()
    assert screen.getvalue().count("[y/N]") == 2


@pytest.mark.usefixtures("cross_registry")
def test_whoever_does_not_agree_to_the_other_plan_gets_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    with Provisioner.emulated("world.yaml") as provisioner:
        person = Person(61, lambda: others_add_an_identity(provisioner))
        ask_them, _ = consent(provisioner, person, "y\nn\n", monkeypatch)
        with pytest.raises(InterruptedWorkError, match="you did not agree"):
            ask_them()


@pytest.mark.usefixtures("cross_registry")
def test_a_plan_of_which_nothing_is_left_to_do_needs_no_second_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with Provisioner.emulated("world.yaml") as provisioner:
        person = Person(61, lambda: provisioner.apply(provisioner.plan("spec.yaml")))
        ask_them, screen = consent(provisioner, person, "y\n", monkeypatch)
        assert ask_them().is_empty
    assert screen.getvalue().count("[y/N]") == 1
