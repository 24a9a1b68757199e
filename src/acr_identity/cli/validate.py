"""`validate`: every mistake of a spec and of the files that it names, without Azure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.options import example, files_from_option, output_option, spec_argument
from acr_identity.errors import ExitCode, SettingsError, SpecError

if TYPE_CHECKING:
    from acr_identity.errors import PlacedMistake
    from acr_identity.needs import Finding
    from acr_identity.spec import Spec


@click.command("validate", epilog=example("acr-identity validate spec.yaml"))
@spec_argument
@click.option("--strict", is_flag=True, help="Take warnings for mistakes.")
@click.option(
    "--sarif",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what is found in task files to a file, too, as code scanning reads it.",
)
@files_from_option
@output_option(*Format)
@click.pass_obj
def validate(
    console: Console, spec: Path, files_from: tuple[Path, ...], sarif: Path | None, *, strict: bool
) -> ExitCode:
    """Find every mistake of a spec, without Azure.

    Each is printed with its file, line and column; so is what is wrong with its task files. What is odd is a warning.
    """
    from acr_identity.needs import findings_of
    from acr_identity.render.escape import visible
    from acr_identity.spec import load_spec
    from acr_identity.spec.warnings import warnings_of

    valid = load_spec(spec, files_from=files_from)
    findings = findings_of(valid)
    if sarif is not None:
        _write_sarif(sarif, findings)
    wrong = [one for one in findings if one.is_error or strict]
    odd = (*warnings_of(valid), *(one for one in findings if one not in wrong))
    if wrong or (strict and odd):
        raise SpecError((*wrong, *(odd if strict else ())))
    for warning in odd:
        console.tell(visible(f"{warning.place}: warning: {warning.text}"))
    if console.format is Format.JSON:
        console.result(_as_json(spec, valid, odd))
    else:
        console.result(f"{spec} is valid: {', '.join(_counted(name, count) for name, count in _counts(valid).items())}")
    return ExitCode.DONE


def _write_sarif(path: Path, findings: tuple[Finding, ...]) -> None:
    from acr_identity.render.sarif import findings_sarif

    try:
        path.write_text(findings_sarif(findings), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}", advice="Name another file.") from error


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
