"""Texts and files that are not a spec, or not even YAML."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from acr_identity.errors import PlacedMistake, SpecError
from acr_identity.spec import Spec, Task, TaskFile, document, load_document, load_spec, parse_spec, syntax
from spec.samples import HEAD, SUBSCRIPTION, mistakes_in, with_task

_INDENTATION = "Check the indentation, and the quotes of the lines above."
_QUOTES = "Put the text in quotes."
_NO_CHARACTER = "An escape in this text is no character. Use single quotes, or double the backslash."
_NO_ANCHORS = "Anchors (&) are not supported. Take it out; put a text in quotes."
_KNOWN = (
    "Known keys: `cloud`, `identities`, `location`, `name`, `registries`, `resource_group`, `subscription`, `tasks`, "
    "`vaults`, `version`."
)
_EMPTY = (
    "The spec is empty. `acr-identity init cross-registry` writes one to start from; the first line of one is "
    "`version: 1`."
)
_LOOKS = "A spec is YAML with keys such as `version: 1`, `registries:` and `tasks:`; `acr-identity init` writes one."
_MARKUP = f"This is HTML or XML, and no spec. {_LOOKS}"
_GUIDES = """\
version: 1
subscription: 11111111-1111-1111-1111-111111111111
resource_group: myResourceGroup
location: eastus
registries: {myregistry: {}, mybaseregistry: {resource_group: base-images}}
vaults: {mykeyvault: {}}
identities: {myACRTasksId: {}}
tasks:
  helloworldtask:
    registry: myregistry
    identity: myACRTasksId
    file: helloworldtask.yaml
    pull: [mybaseregistry]
  dockerhubtask:
    registry: myregistry
    identity: system
    file: dockerhubtask.yaml
    secrets: {mykeyvault: [UserName, Password]}
    values: {PrivateRepo: hubuser/hubrepo}
"""


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", [f"1:1: {_EMPTY}"]),
        ("# only a comment\n", [f"1:1: {_EMPTY}"]),
        ("---  # not yet\n\n", [f"1:1: {_EMPTY}"]),
        ("text", [f"1:1: Expected a mapping, found text. {_LOOKS}"]),
        ("--- text", [f"1:5: Expected a mapping, found text. {_LOOKS}"]),
        ("- tasks", [f"1:1: Expected a mapping, found a list. {_LOOKS}"]),
        ("null", [f"1:1: Expected a mapping, found nothing. {_LOOKS}"]),
        ("<!DOCTYPE html>\n<title>Sign in</title>\n", [f"1:1: {_MARKUP}"]),
        ("\n<html lang=en><body>a: b</body>", [f"1:1: {_MARKUP}"]),
        ("<?xml version='1.0'?>", [f"1:1: {_MARKUP}"]),
        ("<<: {}\ntasks: {}", [f"1:1: There is no key '<<' here. {_KNOWN}"]),
        ("\ttasks: {}", ["1:1: A tab cannot indent. Use spaces."]),
        ("tasks:\n\thello: {}", ["2:1: A tab cannot indent. Use spaces."]),
        ("tasks: @x", [f"1:8: A value cannot begin with this character. {_QUOTES}"]),
        ("tasks: *", [f"1:9: A value cannot begin with this character. {_QUOTES}"]),
        ("tasks: a: b", ["1:9: A `:` cannot stand here. Check the indentation, or put the text in quotes."]),
        ("tasks:\n  a: b\n c: d", [f"3:2: This line does not fit to those above it. {_INDENTATION}"]),
        ("tasks: {}\nhello\nversion: 1", [f"3:1: A `:` is missing after a key. {_INDENTATION}"]),
        ("tasks: 'x", ["1:8: This quote is never closed. Close it."]),
        ('tasks: "x\n---\n', ["1:8: This quote is never closed. Close it."]),
        ("tasks: [x", ["1:8: This list is not closed. Add the missing `,` or `]`."]),
        ("tasks: {x", ["1:8: This mapping is not closed. Add the missing `,` or `}`."]),
        ("tasks: {}]", [f"1:10: This line does not fit to those above it. {_INDENTATION}"]),
        ("[]]", [f"1:3: This is not valid YAML. {_INDENTATION}"]),
        ("tasks: - a", ["1:8: A list entry cannot begin here. Begin it on a line of its own."]),
        ('tasks: "\\q"', ["1:10: There is no such escape. Use single quotes, or double the backslash."]),
        ("tasks: !e!x y", ["1:8: Tags are not supported. Put the text in quotes."]),
        ("tasks: {}\ncloud: \x07", ["2:8: The character U+0007 is not allowed in YAML. Take it out."]),
        ("tasks: {}\r\ncloud: \ud800", ["2:8: The character U+D800 is not allowed in YAML. Take it out."]),
        ("---\ntasks: {}\n---\n", ["3:1: A second document begins here. Use one file for each."]),
        ("? [a]\n: b\ntasks: {}", ["1:3: A key must be a plain text. Put templates such as {{…}} in quotes."]),
        ("tasks: {{x}}", ["1:9: A key must be a plain text. Put templates such as {{…}} in quotes."]),
        ("tasks: {}\ntasks: {a: b}", ["2:1: The key 'tasks' is given twice, first in line 1. Leave one out."]),
        ("tasks: {}\ncloud: &a AzureCloud", ["2:8: Anchors (&) are not supported. Take it out; put a text in quotes."]),
        ("tasks: {}\n&a cloud: AzureCloud", ["2:1: Anchors (&) and tags (!) are not supported. Put a text in quotes."]),
        ("tasks: *a", ["1:8: Aliases (*) are not supported. Repeat the value; put a text in quotes."]),
        ("tasks: !!python/object:os.x {}", ["1:8: Tags (!) are not supported. Take it out; put a text in quotes."]),
        ("tasks: {}\n<<: {a: b}", [f"2:1: There is no key '<<' here. {_KNOWN}"]),
        ('tasks: {}\ncloud: "\\UFFFFFFFF"', [f"2:8: {_NO_CHARACTER}"]),
        ('tasks: {}\ncloud: "\\uD83D\\uDE00"', [f"2:8: {_NO_CHARACTER}"]),
        (f"%YAML 1.{'9' * 5000}\n--- {{}}", [f"1:1: This is not valid YAML. {_INDENTATION}"]),
    ],
)
def test_a_text_that_is_no_spec_is_told_with_its_place(text: str, messages: list[str]) -> None:
    assert mistakes_in(text) == messages


_TOO_DEEP = "This is nested more than 32 levels deep. Check the brackets."


@pytest.mark.parametrize("loader", syntax.LOADERS, ids=lambda loader: loader.__name__)
@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("[" * 33, [f"1:33: {_TOO_DEEP}"]),
        ("[" * 32 + "]" * 32, [f"1:1: Expected a mapping, found a list. {_LOOKS}"]),
        ("[" * 100_000, [f"1:33: {_TOO_DEEP}"]),
        ("[\n" * 50_000, [f"33:1: {_TOO_DEEP}"]),
        ("a: " + "[" * 64_000, [f"1:35: {_TOO_DEEP}"]),
        ("tasks: &a " + "[" * 64_000, [f"1:8: {_NO_ANCHORS}", f"1:42: {_TOO_DEEP}"]),
        ("[" * 1_000 + "]" * 1_000, [f"1:33: {_TOO_DEEP}"]),
        ("{a: " * 16_000, [f"1:126: {_TOO_DEEP}"]),
        ("- " * 32_000, [f"1:65: {_TOO_DEEP}"]),
        ("".join(f"{' ' * level}a:\n" for level in range(300)), [f"32:32: {_TOO_DEEP}"]),
        (
            "? [" * 20_000,
            ["1:3: A key must be a plain text. Put templates such as {{…}} in quotes.", f"1:49: {_TOO_DEEP}"],
        ),
    ],
)
def test_a_text_that_is_too_deep_is_told_alike_by_all_parsers(
    text: str, messages: list[str], loader: syntax.Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LOADERS", (loader, syntax.LOADERS[-1]))
    assert mistakes_in(text) == messages


def test_of_many_mistakes_the_first_thousand_are_told() -> None:
    found = mistakes_in("tasks: {}\n" + "".join(f"x{number}: \n" for number in range(5000)))
    assert (len(found), found[0][:29], found[-1]) == (
        1001,
        "2:1: There is no key 'x0' her",
        " There are 4000 more mistakes. Mend these first.",
    )


def test_only_the_first_hundred_misspelt_names_are_compared_with_the_known_ones() -> None:
    pulls = ", ".join(f"othr{number:03}" for number in range(150))
    found = [
        message
        for message in mistakes_in(with_task(f"command: c, identity: one, pull: [{pulls}]"))
        if "among" in message
    ]
    assert [message.endswith("Did you mean 'other'?") for message in found] == [True] * 100 + [False] * 50


def test_a_long_list_of_names_is_cut_in_a_message() -> None:
    targets = ", ".join(f"vault{number}: " for number in range(100))
    assert mistakes_in(f"tasks: {{}}\nsubscription: {SUBSCRIPTION}\nvaults: {{{targets}}}") == [
        "1:1: There is no `resource_group` for "
        + ", ".join(f"'vault{number}'" for number in range(20))
        + " and 80 more. Add `resource_group: …` to the spec."
    ]


def test_an_unknown_value_of_an_alias_leads_to_no_second_message() -> None:
    text = with_task("command: c, identity: *x, pull: [other]")
    assert mistakes_in(text) == [
        "8:25: Aliases (*) are not supported. Repeat the value; put a text in quotes.",
    ]


def test_the_other_mistakes_are_told_beside_those_of_form() -> None:
    text = with_task("command: c, identity: &x two, timeout: 1, pull: [elsewhere]")
    assert mistakes_in(text) == [
        "8:25: Anchors (&) are not supported. Take it out; put a text in quotes.",
        "8:42: A run takes 300 to 28800 seconds. An hour is 3600.",
        "8:52: The registry 'elsewhere' is not among `registries`. Add it to `registries`.",
    ]


@pytest.mark.parametrize("word", ["no", "off", "y", "0x1F", "0o17", "1_000", "12:30", "2026-11-22", "1e3", ".5", "007"])
def test_a_word_that_only_some_yaml_takes_for_no_text_is_text(word: str) -> None:
    spec = parse_spec(with_task(f"command: c, values: {{A: {word}}}"))
    assert spec.tasks["hello"].values == {"A": word}


@pytest.mark.parametrize("word", ["true", "null", "~", "12", "-1", "1.5", "1.0e+3"])
def test_a_word_that_all_yaml_takes_for_no_text_needs_quotes(word: str) -> None:
    assert parse_spec(with_task(f"command: c, values: {{A: '{word}'}}")).tasks["hello"].values == {"A": word}
    assert [message[:21] for message in mistakes_in(with_task(f"command: c, values: {{A: {word}}}"))] == [
        "8:27: Expected text. "
    ]


def test_block_texts_and_comments_are_read() -> None:
    text = f"{HEAD}tasks:\n  hello:  # a comment\n    registry: other\n    command: |\n      alpine\n      12\n"
    assert parse_spec(text).tasks["hello"].command == "alpine\n12\n"


def test_the_flows_of_the_guides_are_a_spec(tmp_path: Path) -> None:
    for name in ("helloworldtask.yaml", "dockerhubtask.yaml"):
        (tmp_path / name).write_text("version: v1.1.0\nsteps: []\n")
    (tmp_path / "spec.yaml").write_text(_GUIDES)
    spec = load_spec(tmp_path / "spec.yaml")
    assert spec.tasks == {
        "helloworldtask": Task(
            registry="myregistry",
            identity="myACRTasksId",
            file=TaskFile.read("helloworldtask.yaml", tmp_path),
            pull=["mybaseregistry"],
        ),
        "dockerhubtask": Task(
            registry="myregistry",
            identity="system",
            file=TaskFile.read("dockerhubtask.yaml", tmp_path),
            secrets={"mykeyvault": ["UserName", "Password"]},
            values={"PrivateRepo": "hubuser/hubrepo"},
        ),
    }


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbftasks: {}\r\n")
    assert load_spec(path) == Spec(tasks={})


def _problem_of(path: Path) -> tuple[PlacedMistake, ...]:
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    return caught.value.problems


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    assert _problem_of(path) == (PlacedMistake("There is no such file.", file=str(path)),)


def test_a_folder_instead_of_a_file_is_told(tmp_path: Path) -> None:
    assert _problem_of(tmp_path) == (PlacedMistake("This is a folder.", "Name a file.", str(tmp_path)),)


def test_a_path_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "spec.yaml"
    assert _problem_of(path) == (PlacedMistake("The file cannot be read: Not a directory.", file=str(path)),)


def test_a_path_that_is_none_is_told() -> None:
    assert _problem_of(Path("\0")) == (PlacedMistake("The file cannot be read: this is no path.", file="\0"),)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line", ["tasks: {}\n", "# é😀é\n"])
def test_a_file_that_is_not_utf_8_is_told_with_the_place_of_the_byte(tmp_path: Path, before: bytes, line: str) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(before + line.encode() + "cloud: é".encode("latin-1"))
    assert _problem_of(path) == (
        PlacedMistake("The byte 0xe9 is not UTF-8.", "Save the file as UTF-8.", str(path), 2, 8),
    )


class _Cloud(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    hosts: list[str] = []


def test_any_model_can_be_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text("name: mine\nhosts: [a, b]\n")
    assert load_document(path, _Cloud) == _Cloud(name="mine", hosts=["a", "b"])


def test_the_mistakes_of_any_model_have_a_place(tmp_path: Path) -> None:
    path = tmp_path / "cloud.yaml"
    path.write_text("nam: mine\nhosts: [a, 5, {}]\n")
    with pytest.raises(SpecError) as caught:
        load_document(path, _Cloud)
    assert str(caught.value).splitlines() == [
        f"{path}:1:1: There is no key 'nam' here. Did you mean 'name'?",
        f"{path}:2:12: Expected text, found a number. Put it in quotes.",
        f"{path}:2:15: Expected text, found a mapping.",
    ]


def test_an_alias_instead_of_a_step_or_a_section_leads_to_no_second_message() -> None:
    assert mistakes_in(with_task("command: *x")) == [
        "8:12: Aliases (*) are not supported. Repeat the value; put a text in quotes."
    ]
    assert mistakes_in("registries: *x\ntasks: {hello: {registry: r, command: c}}") == [
        "1:13: Aliases (*) are not supported. Repeat the value; put a text in quotes."
    ]
