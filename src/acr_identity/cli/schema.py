"""`schema`: the JSON Schema of a spec."""

from __future__ import annotations

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import example
from acr_identity.errors import ExitCode


@click.command("schema", epilog=example("acr-identity schema > spec.schema.json"))
@click.pass_obj
def schema(console: Console) -> ExitCode:
    """Print the JSON Schema of a spec, for editors."""
    import json

    from acr_identity.spec import json_schema

    console.result(json.dumps(json_schema(), indent=2))
    return ExitCode.DONE
