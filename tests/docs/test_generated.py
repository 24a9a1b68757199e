"""What the pages say of the code is what the code says."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields

import pytest
from pydantic import JsonValue

import acr_identity
from acr_identity.cli.command_line import command_line
from acr_identity.emulator import Fault, Settings, World
from acr_identity.errors import ExitCode
from acr_identity.provisioner import CloudFile, Provisioner
from acr_identity.spec import json_schema
from docs.generate import PARTS, command_names, marked
from docs.pages import PAGES, ROOT, Page

EMULATOR = Page("docs/reference/emulator.md")
PARTS_OF_PAGES = [(page, name) for page in PAGES for name in page.generated]


def first_cells(text: str) -> list[str]:
    """Return the first cell of each row of all tables, without marks of code."""
    return [cell.strip("` ") for cell in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)]


def section(page: Page, heading: str) -> str:
    """Return what stands below a heading."""
    return page.text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize(("page", "name"), PARTS_OF_PAGES, ids=[f"{page}: {name}" for page, name in PARTS_OF_PAGES])
def test_a_generated_part_is_as_the_code_has_it(page: Page, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert f"<!-- generated: {name} -->\n{page.generated[name]}<!-- end -->" == marked(name)


def test_every_part_is_in_a_page() -> None:
    assert {name for _, name in PARTS_OF_PAGES} == set(PARTS)


def test_the_page_of_the_spec_names_every_key_and_what_it_means() -> None:
    part = Page("docs/reference/spec.md").generated["spec-keys"]
    keys = [(name, str(key["description"])) for name, key in every_key(json_schema())]
    assert len(keys) > 50
    assert [
        key for key in keys if not re.search(rf"^\| `{key[0]}` .* \| {re.escape(key[1])} \|", part, re.MULTILINE)
    ] == []


def every_key(value: JsonValue) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """Return all keys of all models of a schema."""
    if not isinstance(value, dict):
        return
    properties = value.get("properties")
    if isinstance(properties, dict):
        yield from ((name, key) for name, key in properties.items() if isinstance(key, dict))
    definitions = value.get("$defs")
    if isinstance(definitions, dict):
        yield from (key for model in definitions.values() for key in every_key(model))


def test_the_page_of_the_command_line_shows_the_help_of_every_command() -> None:
    page = Page("docs/reference/cli.md")
    assert all(
        "..." not in page.console(f"acr-identity {name} --help").splitlines() for name in command_names(command_line)
    )


def test_the_pages_name_every_exit_code() -> None:
    for page in (Page("README.md"), Page("docs/reference/exit-codes.md")):
        codes = {cell for cell in first_cells(page.generated["exit-codes"]) if cell.isdigit()}
        assert codes == {str(int(code)) for code in ExitCode}


def test_the_page_of_the_emulator_names_every_setting() -> None:
    assert first_cells(section(EMULATOR, "Settings"))[2:] == [field.name for field in fields(Settings)]


def test_the_page_of_the_emulator_names_every_field_of_a_fault() -> None:
    assert first_cells(section(EMULATOR, "Faults"))[2:] == [field.name for field in fields(Fault)]


def test_the_page_of_the_emulator_names_every_key_of_a_world() -> None:
    assert set(World.model_fields) <= set(first_cells(EMULATOR.generated["world-keys"]))


def test_the_page_of_clouds_names_every_key_of_a_cloud_file() -> None:
    page = Page("docs/reference/clouds.md")
    assert first_cells(page.generated["cloud-keys"])[2:] == list(CloudFile.model_fields)


def test_the_page_of_python_shows_how_every_method_of_a_provisioner_is_called() -> None:
    text = section(Page("docs/reference/python.md"), "Provisioner")
    shown = dict(re.findall(r"^\| `(?:Provisioner\.)?(\w+)\((.*?)\)` \|", text, re.MULTILINE))
    public = {name: value for name, value in inspect.getmembers(Provisioner) if not name.startswith("_")}
    methods = {name for name, value in public.items() if not isinstance(value, property)} | {"Provisioner"}
    taken = {name: signature_of(name) for name in methods}
    assert {name: parameters(call) for name, call in shown.items()} == taken


def signature_of(method: str) -> list[str]:
    """Return the names of the parameters of a provisioner's method, or of the class itself."""
    called = Provisioner if method == "Provisioner" else getattr(Provisioner, method)
    return [name for name in inspect.signature(called).parameters if name != "self"]


def parameters(call: str) -> list[str]:
    """Return the names of the parameters in a call as the page shows it."""
    return [part.split("=")[0] for part in call.split(", ") if part and part != "*"]


def test_the_pages_name_every_public_name() -> None:
    text = "".join(page.text for page in PAGES)
    assert [name for name in acr_identity.__all__ if not re.search(rf"\b{name}\b", text)] == []


def test_the_page_of_json_output_explains_every_key_that_it_shows() -> None:
    page = Page("docs/reference/json-output.md")
    shown = {key for fence in page.fences for key in re.findall(r'^ *"(\w+)": ', fence.content, re.MULTILINE)}
    explained = set(re.findall(r"`(\w+)`", page.text))
    assert sorted(shown - explained) == []


def test_the_page_of_dependencies_names_each_and_no_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *(one for extra in extras.values() for one in extra if not one.startswith("acr-identity")),
        *project["build-system"]["requires"],
    ]
    named = [
        cell for cell in first_cells(Page("docs/explanation/dependencies.md").text) if cell not in {"Package", "---"}
    ]
    assert sorted(named) == sorted(re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in wanted)


def test_the_changelog_names_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"\n## [{project['project']['version']}]" in Page("CHANGELOG.md").text
