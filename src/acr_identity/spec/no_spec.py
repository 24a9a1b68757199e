"""Documents that were not meant to be a spec, or are none yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from acr_identity.errors import PlacedMistake
from acr_identity.spec.mistakes import Mistake
from acr_identity.spec.pydantic_mistakes import kind_of

if TYPE_CHECKING:
    from acr_identity.spec.document import Document

_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|!--|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_CONTENT = re.compile(r"^(?!---[^\S\n]*(?:#.*)?$)[^\S\n]*[^\s#]", re.MULTILINE)
_BEGIN = "`acr-identity init cross-registry` writes one to start from; the first line of one is `version: 1`."
_LOOKS = "A spec is YAML with keys such as `version: 1`, `registries:` and `tasks:`; `acr-identity init` writes one."


def no_spec(text: str, name: str) -> PlacedMistake | None:
    """Return the mistake of a text that is empty, or a page of the web; `None` for any other text."""
    if _CONTENT.search(text) is None:
        return PlacedMistake("The spec is empty.", _BEGIN, name, 1, 1)
    if _MARKUP.match(text):
        return PlacedMistake("This is HTML or XML, and no spec.", _LOOKS, name, 1, 1)
    return None


def other_document(document: Document) -> PlacedMistake | None:
    """Return the mistake of a document that could be read and holds no keys; `None` for any other one."""
    if document.mistakes or document.holes or isinstance(document.tree, Mapping):
        return None
    found = "nothing" if document.tree is None else kind_of(document.tree)
    return document.origin.placed(Mistake(f"Expected a mapping, found {found}.", _LOOKS))
