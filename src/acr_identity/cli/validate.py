"""`validate`: every mistake of a spec, without Azure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.options import example, files_from_option, output_option, spec_argument
from acr_identity.errors import ExitCode

if TYPE_CHECKING:
    from acr_identity.errors import PlacedMistake
    from acr_identity.spec import Spec


@click.command("validate", epilog=example("acr-identity validate spec.yaml"))
@spec_argument
@files_from_option
@output_option(*Format)
@click.pass_obj
def validate(console: Console, spec: Path, files_from: tuple[Path, ...]) -> ExitCode:
    """Find every mistake of a spec, without Azure.

    Each is printed with its file, line and column. What is odd is a warning.
    """
    from acr_identity.render.escape import visible
    from acr_identity.spec import load_spec
    from acr_identity.spec.warnings import warnings_of

    valid = load_spec(spec, files_from=files_from)
    warnings = warnings_of(valid)
    for warning in warnings:
        console.tell(visible(f"{warning.place}: warning: {warning.message} {warning.fix}"))
    if console.format is Format.JSON:
        console.result(_as_json(spec, valid, warnings))
    else:
        console.result(f"{spec} is valid: {', '.join(_counted(name, count) for name, count in _counts(valid).items())}")
    return ExitCode.DONE


def _as_json(path: Path, spec: Spec, warnings: tuple[PlacedMistake, ...]) -> str:
    from acr_identity.render.error import mistake_data
    from acr_identity.render.to_json import to_json

    odd = [mistake_data(warning) for warning in warnings]
    return to_json("validation", {"file": str(path), "valid": True, "summary": _counts(spec), "warnings": odd})


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
