"""`show`: a task as it is."""

from __future__ import annotations

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import AzureOptions, azure_options, example, task_argument
from acr_identity.errors import ExitCode


@click.command("show", epilog=example("acr-identity show spec.yaml helloworldtask"))
@azure_options
@task_argument
@click.pass_obj
def show(console: Console, options: AzureOptions, task: str | None) -> ExitCode:
    """Show a task with its identities, grants and credentials.

    TASK may be left out where the spec has one only.
    """
    from acr_identity.cli.chosen_task import choose_task
    from acr_identity.cli.renderings import of_task
    from acr_identity.cli.session import open_provisioner
    from acr_identity.spec import load_spec

    spec = load_spec(options.spec, files_from=options.files_from)
    name = choose_task(spec, task)
    with open_provisioner(options, spec, console) as provisioner:
        console.show(of_task(), provisioner.show(name, spec))
    return ExitCode.DONE
