"""The JSON Schema of a spec, for editors."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import JsonValue
from pydantic.json_schema import GenerateJsonSchema

from acr_identity.spec.models import Spec

JsonObject: TypeAlias = dict[str, JsonValue]
"""A JSON object."""


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the signature is pydantic's
        return False


def json_schema() -> JsonObject:
    """Return the JSON Schema of a spec, short forms included; every field has a description."""
    schema: JsonObject = Spec.model_json_schema(schema_generator=_Generator)
    definitions = schema.pop("$defs", {})
    if isinstance(definitions, dict):
        definitions = {name: _with_first_sentence(entry) for name, entry in definitions.items()}
    return {
        "$schema": _Generator.schema_dialect,
        **_described(schema),
        "title": "acr_identity spec",
        "$defs": definitions,
    }


def _with_first_sentence(definition: JsonValue) -> JsonValue:
    return _described(definition) if isinstance(definition, dict) else definition


def _described(definition: JsonObject) -> JsonObject:
    # The rest of a docstring is for readers of the source.
    summary = str(definition.get("description", "")).split("\n\n")[0].replace("\n", " ")
    return {**definition, "description": summary}
