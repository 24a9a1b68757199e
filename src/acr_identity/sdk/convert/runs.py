"""Runs, as asked for and as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azure.mgmt.containerregistrytasks import models
from pydantic import SecretStr

from acr_identity.sdk.convert.bodies import ImageBody, RunBody
from acr_identity.secrecy import Secret
from acr_identity.state import LiveRun, PushedImage, UnknownClientId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.ids import ArmId
    from acr_identity.state import Value


def run_request(task: ArmId, values: Sequence[Value]) -> models.TaskRunRequest:
    """Return the request to run a task, with values that override its own by name (Registries - Schedule Run)."""
    if not values:
        return models.TaskRunRequest(task_id=str(task))
    return models.TaskRunRequest(
        task_id=str(task),
        override_task_step_properties=models.OverrideTaskStepProperties(values_property=[set_value(v) for v in values]),
    )


def set_value(value: Value) -> models.SetValue:
    """Return a value as the wire has it; a secret one says so, so that the service hides it."""
    return models.SetValue(name=value.name, value=plain(value.value), is_secret=isinstance(value.value, SecretStr))


def plain(text: str | Secret | UnknownClientId) -> str:
    """Return the text, a secret one in the clear: only for the body of a request.

    Raises:
        ValueError: it is a client id that nobody has told.
    """
    match text:
        case str():
            return text
        case UnknownClientId(identity):
            raise ValueError(f"the client id of {identity} is not known")
        case _:
            return text.get_secret_value()


def run_from_wire(registry: ArmId, run: RunBody) -> LiveRun:
    """Return a run. One without a status has just been queued."""
    properties = run.properties
    return LiveRun(
        registry=registry,
        run_id=properties.run_id or run.name,
        status=properties.status or "Queued",
        task=properties.task,
        error=properties.run_error_message,
        images=tuple(map(_image, properties.output_images)),
        logged_in=properties.custom_registries,
    )


def _image(image: ImageBody) -> PushedImage:
    return PushedImage(image.registry, image.repository, image.tag, image.digest)
