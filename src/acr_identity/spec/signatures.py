"""The fields of a model as Python shows them: `inspect.signature`, `help`, Shift-Tab in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import Parameter, Signature
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic_core import PydanticUndefined

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def signature_of(model: type[BaseModel]) -> Signature:
    """Return the keyword arguments of a model, read from its fields."""
    return Signature([_parameter(name, field) for name, field in model.model_fields.items()])


def _parameter(name: str, field: FieldInfo) -> Parameter:
    default = Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=shown(field.rebuild_annotation()))


def shown(kind: object) -> str:
    """Return in words of Python what a value of a type is made from; a model stands for a mapping of its keys too.

    >>> shown(Annotated[tuple[str, ...] | None, "anything"])
    'Sequence[str] | None'
    """
    return " | ".join(dict.fromkeys(_choices(kind)))


def _choices(kind: object) -> Iterator[str]:
    arguments = get_args(kind)
    match get_origin(kind):
        case origin if origin is Annotated:
            yield from _annotated(*arguments)
        case origin if origin in {Union, UnionType}:
            for each in arguments:
                yield from _choices(each)
        case origin if origin is Literal:
            yield f"Literal[{', '.join(map(repr, arguments))}]"
        case origin if origin is tuple:
            yield f"Sequence[{shown(arguments[0])}]"
        case origin if origin is dict:
            yield f"Mapping[{', '.join(map(shown, arguments))}]"
        case _:
            yield "None" if kind is NoneType else getattr(kind, "__name__", str(kind))


def _annotated(kind: object, *metadata: object) -> Iterator[str]:
    before = (each.json_schema_input_type for each in metadata if isinstance(each, BeforeValidator))
    accepted = [each for each in before if each is not PydanticUndefined]
    yield from _choices(accepted[-1] if accepted else kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind.__name__  # JSON has none, Python has
