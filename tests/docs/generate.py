"""The parts of the pages that come from the code.

`PYTHONPATH=tests python -m docs.generate` writes them into the pages anew; a test compares.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping

import click

import acr_identity.errors
from acr_identity.cli import main as run_command
from acr_identity.cli.command_line import PROGRAM, command_line
from acr_identity.emulator import World
from acr_identity.emulator.rights.roles import BUILT_IN
from acr_identity.errors import ExitCode
from acr_identity.ids import CLOUDS
from acr_identity.provisioner import CloudFile
from acr_identity.sdk.advice import TABLE, Row
from acr_identity.spec import json_schema, names
from docs.key_tables import RULES, code, key_table, key_tables, plain, table
from docs.pages import PAGES


def spec_keys() -> str:
    """Return the tables of all keys of a spec."""
    return key_tables(json_schema(), "Spec")


def world_keys() -> str:
    """Return the tables of all keys of a world."""
    return key_tables(World.model_json_schema(), "World")


def cloud_keys() -> str:
    """Return the table of all keys of a cloud file."""
    return key_table(CloudFile.model_json_schema())


def clouds() -> str:
    """Return the table of the clouds that are known by name."""
    rows = (
        (cloud.name, cloud.resource_manager, cloud.authority, cloud.registry_suffix, cloud.vault_suffix)
        for cloud in CLOUDS.values()
    )
    return table(("Name", "Resource Manager", "Authority", "Registries", "Vaults"), (map(code, row) for row in rows))


def exitcodes() -> str:
    """Return the table of exit codes."""
    return table(("Code", "Meaning"), ((str(int(code)), code.meaning) for code in ExitCode))


def errors() -> str:
    """Return the tree of errors."""
    paragraphs = (inspect.getdoc(acr_identity.errors) or "").split("\n\n")
    return f"```text\n{textwrap.dedent(paragraphs[1])}\n```\n"


def public_names() -> str:
    """Return the table of public names, each with the first line of what it says of itself."""
    pairs = ((name, inspect.getdoc(getattr(acr_identity, name)) or "") for name in acr_identity.__all__)
    return table(("Name", "What it is"), ((code(name), doc.split("\n", maxsplit=1)[0]) for name, doc in pairs))


def advice() -> str:
    """Return the table of refusals, each with its advice."""
    rows = ((code(row.code), _condition(row), plain(row.advice.replace("{", "").replace("}", ""))) for row in TABLE)
    return table(("Code", "If", "Advice"), rows)


def _condition(row: Row) -> str:
    parts = [f"the request is to {plain(row.operation)}"] if row.operation else []
    parts += [f"the message says {code(row.says)}"] if row.says else []
    return ", and ".join(parts)


def roles() -> str:
    """Return the list of roles that the emulator knows."""
    return "".join(f"- {role.name}\n" for role in BUILT_IN)


def name_rules() -> str:
    """Return the table of what names may look like."""
    return table(("What", "Allowed"), ((rule.what, plain(rule.allowed)) for rule in RULES if rule is not names.TEXT))


def commands() -> str:
    """Return the help of the program, of each command and of each command of a group."""
    pages = [(PROGRAM, "--help"), *((name, f"{name} --help") for name in command_names(command_line))]
    return "\n".join(f"## {title}\n\n```console\n$ {PROGRAM} {line}\n{_printed(line)}```\n" for title, line in pages)


def command_names(group: click.Group) -> Iterator[str]:
    """Return how each command of a group is called, those of a group in it behind the group."""
    for name, command in group.commands.items():
        yield name
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in command_names(command))


def _printed(line: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run_command(line.split())
    return printed.getvalue()


PARTS: Mapping[str, Callable[[], str]] = {
    "spec-keys": spec_keys,
    "world-keys": world_keys,
    "cloud-keys": cloud_keys,
    "clouds": clouds,
    "exit-codes": exitcodes,
    "errors": errors,
    "public-names": public_names,
    "advice": advice,
    "roles": roles,
    "name-rules": name_rules,
    "commands": commands,
}
"""What makes each part, by the name that stands in its mark."""


def main() -> None:
    """Write all parts into the pages."""
    os.environ["COLUMNS"] = "80"
    for page in PAGES:
        text = page.text
        for name, old in page.generated.items():
            text = text.replace(f"<!-- generated: {name} -->\n{old}<!-- end -->", marked(name))
        if text != page.text:
            page.path.write_text(text, encoding="utf-8")


def marked(name: str) -> str:
    """Return a part between its marks."""
    return f"<!-- generated: {name} -->\n\n{PARTS[name]()}\n<!-- end -->"


if __name__ == "__main__":
    main()
