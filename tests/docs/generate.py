"""The parts of the pages that come from the code.

`PYTHONPATH=tests python -m docs.generate` writes them into the pages anew; a test compares.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import yaml
from pydantic import JsonValue

import acr_identity.errors
from acr_identity.cli import main as run_command
from acr_identity.cli.commands import PROGRAM, command_line
from acr_identity.emulator import World
from acr_identity.emulator.authorization.roles import BUILT_IN
from acr_identity.emulator.routes import TABLE
from acr_identity.errors import ExitCode
from acr_identity.ids import CLOUDS
from acr_identity.provisioner import CloudFile
from acr_identity.spec import json_schema, names
from docs.pages import PAGES

Schema: TypeAlias = Mapping[str, JsonValue]

_RULES = [rule for rule in vars(names).values() if isinstance(rule, names.Rule)]
_BY_SHAPE = {(f"^(?:{rule.pattern})$", rule.shortest, rule.longest): rule for rule in _RULES}


def spec_keys() -> str:
    """Return the tables of all keys of a spec."""
    return _models(json_schema(), "Spec")


def world_keys() -> str:
    """Return the tables of all keys of a world."""
    return _models(World.model_json_schema(), "World")


def cloud_keys() -> str:
    """Return the table of all keys of a cloud file."""
    return _keys(CloudFile.model_json_schema())


def clouds() -> str:
    """Return the table of the clouds that are known by name."""
    rows = (
        (cloud.name, cloud.resource_manager, cloud.authority, cloud.registry_suffix, cloud.vault_suffix)
        for cloud in CLOUDS.values()
    )
    return _table(("Name", "Resource Manager", "Authority", "Registries", "Vaults"), (map(_code, row) for row in rows))


def exit_codes() -> str:
    """Return the table of exit codes."""
    return _table(("Code", "Meaning"), ((str(int(code)), code.meaning) for code in ExitCode))


def errors() -> str:
    """Return the tree of errors."""
    paragraphs = (inspect.getdoc(acr_identity.errors) or "").split("\n\n")
    return f"```text\n{textwrap.dedent(paragraphs[1])}\n```\n"


def operations() -> str:
    """Return the table of all that the emulator answers."""
    rows = (
        (route.method, _code(_short(route.path)), route.versions.first if route.versions else "any", route.source)
        for route in TABLE.routes
    )
    return _table(("Verb", "Path", "`api-version` from", "Source"), rows)


def roles() -> str:
    """Return the list of roles that the emulator knows."""
    return "".join(f"- {role.name}\n" for role in BUILT_IN)


def name_rules() -> str:
    """Return the table of what names may look like."""
    return _table(("What", "Allowed"), ((rule.what, _plain(rule.allowed)) for rule in _RULES if rule is not names.TEXT))


def commands() -> str:
    """Return the help of the program and of each command."""
    pages = [(PROGRAM, "--help"), *((name, f"{name} --help") for name in command_line.commands)]
    return "\n".join(f"## {title}\n\n```console\n$ {PROGRAM} {line}\n{_printed(line)}```\n" for title, line in pages)


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
    "exit-codes": exit_codes,
    "errors": errors,
    "operations": operations,
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


def _models(schema: Schema, title: str) -> str:
    definitions = _mapping(schema.get("$defs"))
    order = [name for name in _in_order(schema, definitions) if name in definitions]
    parts = [(title, schema), *((name, _mapping(definitions[name])) for name in order)]
    return "\n".join(f"### {name}\n\n{_summary(model)}\n\n{_keys(model)}" for name, model in parts)


def _in_order(schema: Schema, definitions: Schema) -> list[str]:
    found: list[str] = []
    for name in re.findall(r"#/\$defs/(\w+)", repr(schema.get("properties"))):
        if name not in found:
            found += [name, *(one for one in _in_order(_mapping(definitions[name]), definitions) if one not in found)]
    return list(dict.fromkeys(found))


def _summary(model: Schema) -> str:
    return str(model.get("description", "")).split("\n\n", maxsplit=1)[0].replace("\n", " ")


def _keys(model: Schema) -> str:
    required = model.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set()
    rows = [_row(name, _mapping(field), needed=name in needed) for name, field in _mapping(model["properties"]).items()]
    columns = list(zip(("Key", "Type", "Default", "Meaning", "Rule", "Example"), *rows, strict=True))
    titles, *filled = zip(*(column for column in columns if any(column[1:])), strict=True)
    return _table(titles, filled)


def _row(name: str, field: Schema, *, needed: bool) -> tuple[str, ...]:
    examples = field.get("examples")
    shown = "<br>".join(_code(_flow(one)) for one in examples) if isinstance(examples, list) else ""
    default = "required" if needed else _default(field)
    return (_code(name), _type(field), default, str(field["description"]), "; ".join(_rules(field)), shown)


def _default(field: Schema) -> str:
    value = field.get("default")
    return "" if value in (None, [], "") else _code(_flow(value))


def _flow(value: JsonValue) -> str:
    return (
        yaml.safe_dump(value, default_flow_style=True, width=1000, sort_keys=False, allow_unicode=True)
        .removesuffix("...\n")
        .strip()
    )


def _type(field: Schema) -> str:
    match field:
        case {"const": value}:
            return _code(_flow(value))
        case {"enum": [*values]}:
            return " or ".join(_code(_flow(value)) for value in values)
        case {"anyOf": [*kinds]}:
            return " or ".join(dict.fromkeys(_type(_mapping(kind)) for kind in kinds if kind != {"type": "null"}))
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"type": "array", "items": {**items}}:
            return f"list of {_type(items)}"
        case {"type": "object"}:
            return f"mapping of names to {_type(_values(field))}"
        case _:
            return {"string": "text", "integer": "whole number", "boolean": "true or false"}[str(field["type"])]


def _values(field: Schema) -> Schema:
    patterns = field.get("patternProperties")
    return _mapping(next(iter(_mapping(patterns).values())) if patterns else field["additionalProperties"])


def _rules(field: Schema) -> Iterator[str]:
    for shape in _shapes(field):
        rule = _BY_SHAPE.get(shape)
        if rule and rule is not names.TEXT:
            yield _plain(rule.allowed)
    for limit in _parts(field):
        if "minimum" in limit:
            yield f"at least {limit['minimum']}"
        if "maximum" in limit:
            yield f"at most {limit['maximum']}"


def _shapes(field: Schema) -> dict[tuple[JsonValue, JsonValue, JsonValue], None]:
    found: list[tuple[JsonValue, JsonValue, JsonValue]] = []
    for part in _parts(field):
        found.append((part.get("pattern"), part.get("minLength"), part.get("maxLength")))
        lengths = _mapping(part.get("propertyNames", {}))
        keys = _mapping(part.get("patternProperties", {}))
        found += [(key, lengths.get("minLength"), lengths.get("maxLength")) for key in keys]
    return dict.fromkeys(found)


def _parts(field: JsonValue) -> Iterator[Schema]:
    match field:
        case {**parts}:
            yield parts
            yield from (part for value in parts.values() for part in _parts(value))
        case [*items]:
            yield from (part for item in items for part in _parts(item))


def _short(path: str) -> str:
    return path.replace("/subscriptions/{subscription}", "…", 1).replace("/resourceGroups/{group}", "/{group}")


def _mapping(value: JsonValue) -> Schema:
    assert isinstance(value, dict)
    return value


def _plain(text: str) -> str:
    return text.replace("\\", r"\\").replace("<", "&lt;")


def _code(text: str) -> str:
    return f"`{text}`"


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(titles)]
    lines += [tuple("---" for _ in lines[0]), *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
