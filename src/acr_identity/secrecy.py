"""Secrets stay in the process: what of a value may be shown, and what of it goes into a pickle.

A pickle is what other processes, caches and files get of a value (`multiprocessing`, Dask, joblib, `shelve`). Copies
within the process (`copy`) keep everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, Literal, NoReturn, Self, TypeAlias

from pydantic import SecretStr

from acr_identity.errors import AcrIdentityError, PlacedMistake, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "(secret)"  # noqa: S105 - what stands in place of a secret
EXPORT = "Export it."
_USER_INFO = re.compile(r"(?<=://)[^/\s?#]+@")
_SIGNATURE = re.compile(r"(?<=[?&]sig=)[^&\s]+", re.IGNORECASE)


def redacted(text: str) -> str:
    """Return the text without the user info of addresses and without shared access signatures.

    >>> redacted("https://me:token@example.com/app.git")
    'https://(secret)@example.com/app.git'
    """
    return _SIGNATURE.sub(SECRET, _USER_INFO.sub(f"{SECRET}@", text))


class _LeftOut(SecretStr):
    """What stands in an unpickled value where there was a secret. It shows itself as a secret does."""

    def get_secret_value(self) -> NoReturn:
        raise AcrIdentityError(
            "this secret was left out when its value was pickled",
            advice="Make the value anew in the process that needs the secret.",
        )

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> str:
        return "LEFT_OUT"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Mapping[int, object]) -> Self:
        return self


LEFT_OUT = _LeftOut(SECRET)
"""Stands in place of each secret of a value that was pickled. Whoever asks for its text gets an `AcrIdentityError`."""


@dataclass(frozen=True, slots=True)
class NotSet:
    """Stands in place of a secret whose environment variable is not set, or is empty.

    It is equal to no secret, and has no text: whoever asks for that gets the error that names the variable.
    """

    variable: str
    state: Literal["not set", "empty"] = "not set"

    @property
    def message(self) -> str:
        """Return the sentence that says so."""
        return f"The environment variable {self.variable} is {self.state}."

    def get_secret_value(self) -> NoReturn:
        """Refuse.

        Raises:
            SpecError: always.
        """
        raise SpecError([PlacedMistake(self.message, EXPORT)])

    def __str__(self) -> str:
        return f"(from the environment variable {self.variable}, which is {self.state})"


Secret: TypeAlias = SecretStr | NotSet
"""A secret, or that the environment has none."""


class _Uncopied:
    """A value that is its own copy."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Mapping[int, object]) -> Self:
        return self


@dataclass(frozen=True, slots=True)
class WithSecrets(_Uncopied):
    """The base of frozen values that may hold a `SecretStr`, or the address of something with a login in it.

    Its pickle has `LEFT_OUT` and redacted addresses in their place, so that whatever holds such a value can be pickled.
    """

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), tuple(_without_secret(getattr(self, each.name)) for each in fields(self))


class NotPickled(_Uncopied):
    """The base of what is not pickled: `_instead` says why, and what to do."""

    __slots__ = ()
    _instead: ClassVar[str]

    def __reduce__(self) -> NoReturn:
        raise TypeError(self._instead)


def _without_secret(value: object) -> object:
    match value:
        case SecretStr():
            return LEFT_OUT
        case str():
            return redacted(value)
        case tuple():
            return tuple(map(_without_secret, value))
        case _:
            return value
