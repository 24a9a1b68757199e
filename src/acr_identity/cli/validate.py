"""`validate` and `schema`: the spec alone, without Azure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from acr_identity.cli.console import Console, Format
from acr_identity.errors import ExitCode
from acr_identity.spec import Spec, json_schema, load_spec


def validate(console: Console, path: Path, files_from: Sequence[Path]) -> ExitCode:
    """Find every mistake of a spec.

    Raises:
        SpecError: there are mistakes.
    """
    spec = load_spec(path, files_from=files_from)
    if console.format is Format.JSON:
        console.result(_as_json(path, spec))
    else:
        console.result(f"{path} is valid: {', '.join(_counted(name, count) for name, count in _counts(spec).items())}")
    return ExitCode.DONE


def schema(console: Console) -> ExitCode:
    """Print the JSON Schema of a spec."""
    console.result(json.dumps(json_schema(), indent=2))
    return ExitCode.DONE


def _as_json(path: Path, spec: Spec) -> str:
    from acr_identity.render.to_json import to_json  # noqa: PLC0415 - the usual case does without `render`

    return to_json("validation", {"file": str(path), "valid": True, "summary": _counts(spec)})


def _counts(spec: Spec) -> dict[str, int]:
    return {
        "tasks": len(spec.tasks),
        "registries": len(spec.registries),
        "vaults": len(spec.vaults),
        "identities": len(spec.identities),
    }


def _counted(name: str, count: int) -> str:
    singular = f"{name.removesuffix('ies')}y" if name.endswith("ies") else name.removesuffix("s")
    return f"{count} {singular if count == 1 else name}"
