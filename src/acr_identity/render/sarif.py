"""Findings as SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from acr_identity.secrecy import redacted

if TYPE_CHECKING:
    from acr_identity.needs import Finding
    from acr_identity.render.to_json import Json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def findings_sarif(findings: Sequence[Finding]) -> str:
    """Return findings as a SARIF log of one run."""
    rules: list[Json] = [{"id": code} for code in sorted({one.code for one in findings})]
    driver: Json = {"name": "acr_identity", "rules": rules}
    run: Json = {"tool": {"driver": driver}, "results": [_result(one) for one in findings]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(finding: Finding) -> Json:
    message = " ".join(part for part in (finding.message, finding.fix) if part)
    place: dict[str, Json] = {"artifactLocation": {"uri": PurePath(finding.file).as_posix()}}
    if finding.line:
        place["region"] = {"startLine": finding.line, "startColumn": finding.column}
    return {
        "ruleId": finding.code,
        "level": "error" if finding.is_error else "warning",
        "message": {"text": redacted(message)},
        "locations": [{"physicalLocation": place}] if finding.file else [],
    }
