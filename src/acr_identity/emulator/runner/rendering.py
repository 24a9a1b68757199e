"""What a template sees of a run, and the two passes in which a task file is filled in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from acr_identity.emulator.kernel.runner_port import RunRequest
from acr_identity.emulator.runner.gotext import json_text, shell_quoted
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.template import Datum, render

TASK_FILE = "acb.yaml"
"""The name under which messages speak of the task file: the runner's default for one that it gets as text."""


def home_volume(run_id: str) -> str:
    """Return the name of the volume that the containers of a run share. In the real runner it is random."""
    return f"acb_vol_{uuid.uuid5(uuid.NAMESPACE_URL, f'acb:{run_id}')}"


def data_of(request: RunRequest) -> Mapping[str, Datum]:
    """Return `.Run`, `.Build`, `.Values`, `.ValuesJSON` and `.RunJSON` of a run.

    What is known only of a run that a commit started is empty. Source: acr-builder,
    templating/base_render_options.go.
    """
    run = {
        "ID": request.run_id,
        "Commit": "",
        "Repository": "",
        "Branch": "",
        "GitTag": "",
        "TriggeredBy": "",
        "Registry": request.login_server,
        "RegistryName": request.login_server.partition(".")[0],
        "Date": request.date,
        "SharedVolume": home_volume(request.run_id),
        "OS": "linux",
        "OSVersion": "",
        "Architecture": "amd64",
        "TaskName": request.task_name,
    }
    values = {value.name: value.value for value in request.values}
    return {
        "Build": {"ID": request.run_id},
        "Run": run,
        "Values": values,
        "ValuesJSON": shell_quoted(json_text(values)),
        "RunJSON": shell_quoted(json_text(run)),
    }


def render_twice(
    text: str, data: Mapping[str, Datum], resolve: Callable[[str], Mapping[str, str]], name: str = TASK_FILE
) -> str:
    """Fill in a task file: first without secrets, to find out which ones it names, then with them.

    The first pass is left out when the text does not hold the word `secrets`.

    Args:
        text: the task file, its aliases substituted.
        data: what a template sees, but for `.Secrets`.
        resolve: returns the values of the secrets that a text names.
        name: the name of the text, for messages.

    Raises:
        RunError: the text cannot be filled in, or its secrets cannot be resolved.
    """
    secrets: Mapping[str, str] = {}
    if "secrets" in text:
        try:
            secrets = resolve(_first_pass(name, text, data))
        except RunError as error:
            raise error.within("failed to resolve secrets in the task with error") from error
    try:
        rendered = render(name, text, {**data, "Secrets": secrets})
    except RunError as error:
        raise error.within("error while rendering templates") from error
    return _not_empty(rendered)


def _first_pass(name: str, text: str, data: Mapping[str, Datum]) -> str:
    try:
        rendered = render(name, text, {**data, "Secrets": {}})
    except RunError as error:
        raise error.within("failed to render the template") from error
    return _not_empty(rendered)


def _not_empty(rendered: str) -> str:
    if not rendered:
        raise RunError("rendered template was empty")
    return rendered
