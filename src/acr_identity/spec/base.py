"""What all models of the spec share."""

from collections.abc import Mapping, Sequence
from inspect import Signature
from typing import ClassVar, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from acr_identity.spec.mistakes import refusal

Tree: TypeAlias = "Mapping[str, Tree] | Sequence[Tree] | str | int | float | bool | None"
"""What a YAML document holds once it is read: mappings, lists and scalars."""


EntryT = TypeVar("EntryT")


class _ShownSignature:
    """The keyword arguments of the class that has it, read when somebody looks."""

    def __get__(self, instance: BaseModel | None, model: type[BaseModel]) -> Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        from acr_identity.spec.signatures import signature_of  # noqa: PLC0415 - few look

        return signature_of(model)


_SHOWN = cast("Signature", _ShownSignature())


class Model(BaseModel):
    """A frozen part of the spec. An unknown key is a mistake, never ignored.

    A value that breaks a rule raises `pydantic.ValidationError`. Its text never shows the value; its `errors()` do,
    unless they are called with `include_input=False`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    __signature__: ClassVar[Signature] = _SHOWN

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        """Keep the signature: pydantic has just set one that repeats every validator."""
        cls.__signature__ = _SHOWN

    def to_tree(self) -> Tree:
        """Return this part as a YAML document would hold it: short where it is simple, without what is default."""
        return self.entries()

    def entries(self) -> dict[str, Tree]:
        """Return the fields that differ from their defaults, each as a YAML document would hold it."""
        fields = type(self).model_fields
        return {name: tree_of(value) for name, value in self if value != _default(fields[name])}


def tree_of(value: object) -> Tree:
    """Return any value of a model as plain mappings, lists and scalars.

    Raises:
        TypeError: no model holds such a value.
    """
    match value:
        case Model():
            return value.to_tree()
        case tuple():
            return [tree_of(entry) for entry in value]
        case dict():
            return {str(key): tree_of(entry) for key, entry in value.items()}
        case str() | int() | float() | None:
            return value
        case _:
            raise TypeError(f"no model of the spec holds {type(value).__name__}")


def one_or_more(value: object) -> object:
    """Let a single text stand for a list of one.

    Raises:
        PydanticCustomError: the value is neither a text nor a list.
    """
    match value:
        case str():
            return (value,)
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return tuple(value)
        case _:
            raise refusal("Expected a text, or a list of texts.")


def at_least_one(value: tuple[EntryT, ...]) -> tuple[EntryT, ...]:
    """Refuse an empty list. Unlike the length that pydantic checks, wrong entries count as entries.

    Raises:
        PydanticCustomError: the list is empty.
    """
    if not value:
        raise refusal("Expected at least one entry.", "Add one, or leave the key out.")
    return value


def _default(field: FieldInfo) -> object:
    return field.get_default(call_default_factory=True)
