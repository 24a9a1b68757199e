"""What makes the properties of a task acceptable, once they are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm_errors import bad_request, webhook_refused
from acr_identity.emulator.kernel.wire import entries, section, text

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.state import State
    from acr_identity.emulator.kernel.wire import JsonObject

_NEEDED = {
    "docker": ("dockerFilePath", "contextPath"),
    "filetask": ("taskFilePath", "contextPath"),
    "encodedtask": ("encodedTaskContent",),
}
_NO_CONTEXT = (
    "Cannot determine the build context for the step of the task. Specify the 'contextPath' property of the step."
)
_TIMEOUT = range(300, 28801)


def check_properties(properties: JsonObject) -> None:
    """Refuse properties that make no task.

    Raises:
        ArmError: 400.
    """
    timeout = properties.get("timeout")
    if isinstance(timeout, int) and timeout not in _TIMEOUT:
        message = f"The timeout {timeout} is invalid: it must be from {_TIMEOUT.start} to {_TIMEOUT.stop - 1} seconds."
        raise bad_request("InvalidTimeout", message, target="request")
    if flag_is_set(properties):
        return
    if not isinstance(properties.get("platform"), dict):
        raise bad_request("MissingPlatform", "The property 'platform' of the task is required.", target="request")
    check_step(section(properties, "step"))


def check_webhooks(state: State, properties: JsonObject) -> None:
    """Refuse source triggers whose token may not make a webhook in its repository.

    Raises:
        ArmError: 409 `ProviderCall` (Azure/azure-cli#23643).
    """
    if state.git_tokens is None:
        return
    known = {token.value for token in state.git_tokens}
    for trigger in entries(section(properties, "trigger"), "sourceTriggers"):
        repository = section(trigger, "sourceRepository")
        if text(section(repository, "sourceControlAuthProperties"), "token") not in known:
            control = (
                "GitHub" if text(repository, "sourceControlType").lower() == "github" else "VisualStudioTeamService"
            )
            raise webhook_refused(control, text(repository, "repositoryUrl"))


def flag_is_set(properties: JsonObject) -> bool:
    """Say whether it is a system task, which has neither step nor platform."""
    return properties.get("isSystemTask") is True


def check_step(step: JsonObject, *, needs_context: bool = True) -> None:
    """Refuse a step without its type or what the type needs; a run without a task may leave out the context.

    Raises:
        ArmError: 400.
    """
    kind = text(step, "type").lower()
    if kind not in _NEEDED:
        raise bad_request("InvalidStep", "The property 'step.type' of the task is required.", target="request")
    for name in _NEEDED[kind]:
        if not text(step, name) and (needs_context or name != "contextPath"):
            message = _NO_CONTEXT if name == "contextPath" else f"The property 'step.{name}' of the task is required."
            raise bad_request("InvalidStep", message, target="request")
