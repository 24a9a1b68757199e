"""The JSON Schema for editors."""

import json
from collections.abc import Iterator

import pytest
from pydantic import JsonValue

from acr_identity.spec import Spec, json_schema
from acr_identity.spec.schema import JsonObject

_SCHEMA = json_schema()


def _definition(name: str) -> JsonObject:
    definitions = _SCHEMA["$defs"]
    assert isinstance(definitions, dict)
    definition = definitions[name]
    assert isinstance(definition, dict)
    return definition


def _property(name: str, key: str) -> JsonObject:
    properties = _definition(name)["properties"]
    assert isinstance(properties, dict)
    field = properties[key]
    assert isinstance(field, dict)
    return field


def _objects(value: JsonValue, path: str) -> Iterator[tuple[str, JsonObject]]:
    if isinstance(value, dict):
        yield path, value
        for key, entry in value.items():
            yield from _objects(entry, f"{path}/{key}")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _objects(entry, f"{path}/{index}")


def test_every_field_has_a_description_and_an_example() -> None:
    bare = [
        f"{path}/{name}"
        for path, entry in _objects(_SCHEMA, "")
        if isinstance(fields := entry.get("properties"), dict) and entry.get("type") == "object"
        for name, field in fields.items()
        if not isinstance(field, dict)
        or not str(field.get("description", "")).endswith(".")
        or not field.get("examples")
    ]
    assert bare == []


def test_every_part_has_a_description_of_one_line() -> None:
    definitions = _SCHEMA["$defs"]
    assert isinstance(definitions, dict)
    parts = {"": _SCHEMA, **{name: _definition(name) for name in definitions}}
    descriptions = {name: str(part["description"]) for name, part in parts.items()}
    assert {name: text for name, text in descriptions.items() if "\n" in text or not text.endswith(".")} == {}


def test_the_schema_describes_a_spec_and_takes_no_other_keys() -> None:
    properties = _SCHEMA["properties"]
    assert isinstance(properties, dict)
    assert (_SCHEMA["$schema"], _SCHEMA["title"], _SCHEMA["additionalProperties"], _SCHEMA["required"]) == (
        "https://json-schema.org/draft/2020-12/schema",
        "acr_identity spec",
        False,
        ["tasks"],
    )
    assert list(properties) == list(Spec.model_fields)
    assert "$id" not in _SCHEMA


def test_the_schema_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(_SCHEMA)) == _SCHEMA


@pytest.mark.parametrize(
    ("part", "key", "types"),
    [
        ("Task", "identity", ["string", "array"]),
        ("Task", "pull", ["string", "array"]),
        ("Task", "file", ["string", "null"]),
        ("VaultAccess", "names", ["string", "array"]),
        ("DockerBuild", "images", ["string", "array"]),
    ],
)
def test_short_forms_are_in_the_schema(part: str, key: str, types: list[str]) -> None:
    choices = _property(part, key)["anyOf"]
    assert isinstance(choices, list)
    assert [choice.get("type") for choice in choices if isinstance(choice, dict)] == types


def test_a_target_may_be_an_id_or_nothing_in_the_schema() -> None:
    properties = _SCHEMA["properties"]
    assert isinstance(properties, dict)
    registries = properties["registries"]
    assert isinstance(registries, dict)
    assert registries["additionalProperties"] == {
        "anyOf": [{"$ref": "#/$defs/Registry"}, {"type": "string"}, {"type": "null"}]
    }


def test_a_rule_for_a_name_is_in_the_schema() -> None:
    pool = _property("Agent", "pool")["anyOf"]
    assert pool == [
        {"maxLength": 20, "minLength": 3, "pattern": "^(?:[a-zA-Z0-9-]+)$", "type": "string"},
        {"type": "null"},
    ]
