"""The document of a saved plan: how it is read and written."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acr_identity.errors import SettingsError, StalePlanError
from acr_identity.provisioner.saved_plan.parsing import parsed
from acr_identity.render.to_json import VERSION, to_json

if TYPE_CHECKING:
    from acr_identity.render.to_json import Json

KIND = "saved_plan"
ADVICE = "Make the plan anew with `plan --out`, look at it, and apply that one."
_LONGEST_PLACES = 200
_NOT_OURS = "is no saved plan as this program writes them"
_Hex = Annotated[str, Field(pattern="^([0-9a-f]{2})+$")]


class MarksDocument(BaseModel):
    """The marks in a document."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    salt: _Hex
    spec: _Hex
    files: dict[str, _Hex]
    environment: dict[str, _Hex]
    plan: _Hex


class SavedPlanDocument(BaseModel):
    """What a document says besides `version`, `kind` and the plan itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    spec: Annotated[str, Field(min_length=1)]
    tasks: tuple[str, ...] | None
    prune: bool = False
    adopt: bool = False
    cloud: str
    subscriptions: tuple[str, ...]
    marks: MarksDocument


def read_document(path: Path) -> tuple[SavedPlanDocument, str, str]:
    """Return what a document says, and of the plan in it the digest and the JSON.

    Raises:
        StalePlanError: there is no such file, it is cut short, or it is no saved plan of this version.
    """
    try:
        tree = parsed(path)
    except OSError as error:
        raise _refusal(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise _refusal(f"{path} is cut short, or is no JSON") from error
    kind, version, shown = (_entry(tree, key) for key in ("kind", "version", "plan"))
    digest = _entry(shown, "digest")
    if kind != KIND:
        raise _refusal(f"{path} is a document of kind {str(kind)[:30]!r}, not a saved plan")
    if version != VERSION:
        raise _refusal(f"{path} is of version {json.dumps(version)[:10]}, this program reads version {VERSION}")
    if not isinstance(tree, dict) or not isinstance(digest, str):
        raise _refusal(f"{path} {_NOT_OURS}: look at plan")
    said = {key: entry for key, entry in tree.items() if key not in {"kind", "version", "plan"}}
    return _said(path, said), digest, json.dumps(shown)


def _entry(tree: Json, key: str) -> Json:
    return tree.get(key) if isinstance(tree, dict) else None


def _said(path: Path, tree: Mapping[str, Json]) -> SavedPlanDocument:
    try:
        return SavedPlanDocument.model_validate(tree)
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}))
        raise _refusal(f"{path} {_NOT_OURS}: look at {places[:_LONGEST_PLACES]}") from error


def write_document(path: Path, document: SavedPlanDocument, shown: str) -> None:
    """Write a document, readable by its owner only; whoever reads meanwhile finds the old one or the new one.

    Raises:
        SettingsError: it cannot be written, or there is something else than a saved plan.
    """
    body: dict[str, Json] = {**document.model_dump(), "plan": json.loads(shown)}
    content = f"{to_json(KIND, body)}\n".encode()
    check_free(path)
    try:
        _replace(path, content)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}", advice="Give another path.") from error


def check_free(path: Path) -> None:
    """Refuse a path at which there is something else than a saved plan.

    Raises:
        SettingsError: there is.
    """
    if path.is_symlink():
        raise SettingsError(f"{path} is a link: a plan would be written elsewhere", advice="Give another path.")
    if os.path.lexists(path) and not _holds_saved_plan(path):
        raise SettingsError(f"{path} is no saved plan, and is not overwritten", advice="Give another path.")


def _holds_saved_plan(path: Path) -> bool:
    try:
        tree = parsed(path)
    except (OSError, ValueError):
        return False
    return isinstance(tree, dict) and tree.get("kind") == KIND


def _refusal(reason: str) -> StalePlanError:
    return StalePlanError([reason], advice=ADVICE)


def _replace(path: Path, content: bytes) -> None:
    # A temporary file is made for its owner only, and to rename it over a link replaces the link.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
