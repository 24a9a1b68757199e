"""How a field of a live value is compared with what a spec says: stated beside the field, in its metadata."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import Field, dataclass
from typing import Any, TypeAlias

_KEY = "comparison"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one field is compared, and what may be shown of it.

    Args:
        any_case: the service spells the text in its own way; case says nothing.
        named: a list whose entries are told apart by their `name`, whatever their order.
        restated: the list is written whole, or not at all: who may not see an entry cannot take another one out.
        belongs_to: a secret that counts for the value of this field beside it, and is given anew with that.
        is_file: the text of a file, of which no more is shown than its size and a digest.
    """

    any_case: bool = False
    named: bool = False
    restated: bool = False
    belongs_to: str = ""
    is_file: bool = False


Metadata: TypeAlias = Mapping[str, Comparison]

_PLAIN = Comparison()
ANY_CASE: Metadata = {_KEY: Comparison(any_case=True)}
NAMED: Metadata = {_KEY: Comparison(named=True)}
VALUES: Metadata = {_KEY: Comparison(named=True, restated=True)}
FILE: Metadata = {_KEY: Comparison(is_file=True)}


def file_words(text: str) -> str:
    """Return what is shown of the text of a file: `5 lines, sha256 …`."""
    lines = len(text.splitlines())
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return f"{lines} line{'' if lines == 1 else 's'}, sha256 {digest[:12]}"


def token_of(field: str) -> Metadata:
    """Return the metadata of a secret that counts for the value of another field."""
    return {_KEY: Comparison(belongs_to=field)}


def comparison_of(field: Field[Any]) -> Comparison:
    """Return how a field is compared; as it stands, if nothing is said beside it."""
    found: Comparison = field.metadata.get(_KEY, _PLAIN)
    return found
