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
    schema = Spec.model_json_schema(schema_generator=_Generator)
    return {"$schema": _Generator.schema_dialect, **schema, "title": "acr_identity spec"}
