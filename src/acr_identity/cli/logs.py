"""`logs`: the log of a run."""

from __future__ import annotations

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import AzureOptions, azure_options, example, task_argument
from acr_identity.errors import ExitCode


@click.command("logs", epilog=example("acr-identity logs spec.yaml helloworldtask --run-id cf1"))
@azure_options
@task_argument
@click.option("--run-id", metavar="ID", help="The run to read; by default the newest of the task.")
@click.pass_obj
def logs(console: Console, options: AzureOptions, task: str | None, run_id: str | None) -> ExitCode:
    """Print the log of a run, and follow it while the run goes on.

    Ends with 6 unless the run succeeds. TASK may be left out where the spec has one only. Ctrl-C stops reading; the run
    goes on.
    """
    from acr_identity.cli.chosen_task import choose_task
    from acr_identity.cli.run_log import follow
    from acr_identity.cli.session import open_provisioner
    from acr_identity.spec import load_spec

    spec = load_spec(options.spec, files_from=options.files_from)
    name = choose_task(spec, task)
    with open_provisioner(options, spec, console) as provisioner:
        return follow(provisioner.attach(spec.task_id(name), run_id), console)
