"""The keys of a YAML document as tables, from its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import yaml
from pydantic import JsonValue

from acr_identity.spec import names

Schema: TypeAlias = dict[str, JsonValue]
Shape: TypeAlias = tuple[JsonValue, JsonValue, JsonValue]
"""The pattern of a text, and its least and greatest length."""

RULES = [rule for rule in vars(names).values() if isinstance(rule, names.Rule)]
"""What names and other texts of a spec look like."""
_BY_SHAPE: dict[Shape, names.Rule] = {
    (f"^(?:{rule.pattern})$", rule.shortest, rule.longest): rule for rule in RULES if rule is not names.TEXT
}


def key_tables(schema: Schema, title: str) -> str:
    """Return a table of keys for each model of a schema, in the order in which they are used."""
    definitions = _mapping(schema.get("$defs"))
    parts = [(title, schema), *((name, _mapping(definitions[name])) for name in _in_order(schema, definitions))]
    return "\n".join(f"### {name}\n\n{_summary(model)}\n\n{key_table(model)}" for name, model in parts)


def key_table(model: Schema) -> str:
    """Return the table of the keys of one model, without columns that say nothing."""
    required = model.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set()
    rows = [_row(name, _mapping(key), needed=name in needed) for name, key in _mapping(model["properties"]).items()]
    columns = list(zip(("Key", "Type", "Default", "Meaning", "Rule", "Example"), *rows, strict=True))
    titles, *filled = zip(*(column for column in columns if any(column[1:])), strict=True)
    return table(titles, filled)


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Markdown."""
    lines = [tuple(titles)]
    lines += [tuple("---" for _ in lines[0]), *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is."""
    return text.replace("\\", r"\\").replace("<", "&lt;")


def code(text: str) -> str:
    """Return a text as code."""
    return f"`{text}`"


def _in_order(schema: Schema, definitions: Schema) -> list[str]:
    found: list[str] = []
    for name in re.findall(r"#/\$defs/(\w+)", repr(schema.get("properties"))):
        found += [name, *_in_order(_mapping(definitions[name]), definitions)]
    return list(dict.fromkeys(found))


def _summary(model: Schema) -> str:
    return str(model.get("description", "")).split("\n\n", maxsplit=1)[0].replace("\n", " ")


def _row(name: str, key: Schema, *, needed: bool) -> tuple[str, ...]:
    examples = key.get("examples")
    shown = "<br>".join(code(_flow(one)) for one in examples) if isinstance(examples, list) else ""
    default = "required" if needed else _default(key)
    return (code(name), _type(key), default, str(key["description"]), "; ".join(_rules(key)), shown)


def _default(key: Schema) -> str:
    value = key.get("default")
    return "" if value in (None, [], "") else code(_flow(value))


def _flow(value: JsonValue) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=1000, sort_keys=False, allow_unicode=True)
    return str(text).removesuffix("...\n").strip()


def _type(key: Schema) -> str:
    choices = key.get("enum", [key["const"]] if "const" in key else None)
    if isinstance(choices, list):
        return " or ".join(code(_flow(value)) for value in choices)
    kinds = key.get("anyOf", key.get("oneOf"))
    if isinstance(kinds, list):
        return " or ".join(dict.fromkeys(_type(_mapping(kind)) for kind in kinds if kind != {"type": "null"}))
    if "$ref" in key:
        name = str(key["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    return _plain_type(key)


def _plain_type(key: Schema) -> str:
    match key["type"]:
        case "array":
            return f"list of {_type(_mapping(key['items']))}"
        case "object":
            patterns = list(_mapping(key.get("patternProperties", {})).values())
            return f"mapping of names to {_type(_mapping([*patterns, key.get('additionalProperties')][0]))}"
        case kind:
            return {"string": "text", "integer": "whole number", "boolean": "true or false"}[str(kind)]


def _rules(key: Schema) -> Iterator[str]:
    for shape in dict.fromkeys(_shapes(key)):
        if shape in _BY_SHAPE:
            yield plain(_BY_SHAPE[shape].allowed)
    for limit in _parts(key):
        if "minimum" in limit:
            yield f"at least {limit['minimum']}"
        if "maximum" in limit:
            yield f"at most {limit['maximum']}"


def _shapes(key: Schema) -> Iterator[Shape]:
    for part in _parts(key):
        pattern, shortest, longest = part.get("pattern"), part.get("minLength"), part.get("maxLength")
        if not isinstance(pattern, dict):
            yield pattern, shortest, longest
        lengths = _mapping(part.get("propertyNames", {}))
        for name in _mapping(part.get("patternProperties", {})):
            yield name, lengths.get("minLength"), lengths.get("maxLength")


def _parts(value: JsonValue) -> Iterator[Schema]:
    if isinstance(value, dict):
        yield value
        yield from (part for inner in value.values() for part in _parts(inner))
    elif isinstance(value, list):
        yield from (part for inner in value for part in _parts(inner))


def _mapping(value: JsonValue) -> Schema:
    assert isinstance(value, dict)
    return value
