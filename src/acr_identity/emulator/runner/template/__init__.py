"""The part of Go's text/template, with some of Sprig, that task files use."""

from __future__ import annotations

from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.template.evaluate import evaluated
from acr_identity.emulator.runner.template.functions import Datum
from acr_identity.emulator.runner.template.parser import parsed

__all__ = ["Datum", "render"]


def render(name: str, text: str, data: Datum) -> str:
    """Fill in a template. What is missing in the data becomes nothing.

    Understood: fields (`.Values.x`), pipes, texts, numbers, `if`/`else`, and the functions of `functions.FUNCTIONS`.
    Anything else fails and says so. Source: acr-builder, templating/engine.go.

    Args:
        name: the name of the template, for messages.
        text: the template.
        data: what `.` is.

    Raises:
        RunError: the text is no template, or it does what is not supported here, or a function got a wrong value.

    >>> data = {"Run": {"ID": "cf1"}, "Values": {}, "Secrets": {}}
    >>> render("t", "{{.Run.ID}}/{{.Values.x}}{{ index .Secrets `my-id` | quote }}", data)
    'cf1/'
    """
    try:
        blocks = parsed(name, text)
    except RunError as error:
        raise error.within(f"failed to parse template: {name}. Err") from error
    except RecursionError as error:
        raise RunError(f"failed to parse template: {name}. Err: template: {name}: exceeded max depth") from error
    try:
        return evaluated(name, blocks, data).replace("<no value>", "")
    except RunError as error:
        raise error.within(f"failed to execute template: {name}. Err") from error
    except RecursionError as error:
        raise RunError(f"failed to execute template: {name}. Err: template: {name}: exceeded max depth") from error
