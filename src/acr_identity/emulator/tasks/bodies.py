"""What the body of a task may hold, for a PUT and for a PATCH.

Fields: Azure/azure-rest-api-specs, `containerregistry_build.json` of 2025-03-01-preview.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator

from acr_identity.emulator.kernel.call import Body
from acr_identity.emulator.kernel.wire import Json


def _one_of(*words: str) -> AfterValidator:
    def check(word: str) -> str:
        if word.lower() not in {known.lower() for known in words}:
            raise ValueError(f"'{word}' is not one of {', '.join(words)}")
        return word

    return AfterValidator(check)


def _is_base64(content: str) -> str:
    try:
        base64.b64decode(content, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("it is not base64 of UTF-8 text") from error
    return content


Encoded = Annotated[str, AfterValidator(_is_base64)]
OnOff = Annotated[str, _one_of("Enabled", "Disabled")]


class PlatformBody(Body):
    """The platform of the agent."""

    os: Annotated[str, _one_of("Linux", "Windows")] | None = None
    architecture: str | None = None
    variant: str | None = None


class AgentBody(Body):
    """The size of the agent."""

    cpu: int | None = None


class ValueBody(Body):
    """A value or a build argument."""

    name: str
    value: str
    is_secret: bool = False


class StepBody(Body):
    """The step of a task, of any of its three types."""

    type: Annotated[str, _one_of("Docker", "FileTask", "EncodedTask")] | None = None
    context_path: str | None = None
    context_access_token: str | None = None
    image_names: list[str] | None = None
    is_push_enabled: bool | None = None
    no_cache: bool | None = None
    docker_file_path: str | None = None
    target: str | None = None
    arguments: list[ValueBody] | None = None
    task_file_path: str | None = None
    values_file_path: str | None = None
    encoded_task_content: Encoded | None = None
    encoded_values_content: Encoded | None = None
    values: list[ValueBody] | None = None


class TimerBody(Body):
    """A trigger by the clock."""

    name: str
    schedule: str | None = None
    status: OnOff | None = None


class SourceBody(Body):
    """A trigger by a commit or a pull request."""

    name: str
    source_repository: dict[str, Json] | None = None
    source_trigger_events: list[str] | None = None
    status: OnOff | None = None


class BaseImageBody(Body):
    """A trigger by a new base image."""

    name: str
    base_image_trigger_type: Annotated[str, _one_of("All", "Runtime")] | None = None
    update_trigger_endpoint: str | None = None
    update_trigger_payload_type: Annotated[str, _one_of("Default", "Token")] | None = None
    status: OnOff | None = None


class TriggerBody(Body):
    """What starts a run by itself."""

    timer_triggers: list[TimerBody] | None = None
    source_triggers: list[SourceBody] | None = None
    base_image_trigger: BaseImageBody | None = None


class SecretBody(Body):
    """A user name or password: a literal, or the address of a secret."""

    type: Annotated[str, _one_of("Opaque", "Vaultsecret")] | None = None
    value: str | None = None


class CustomRegistryBody(Body):
    """How a run logs in to one other registry."""

    user_name: SecretBody | None = None
    password: SecretBody | None = None
    identity: str | None = None


class SourceRegistryBody(Body):
    """How a run logs in to the registry of its task."""

    login_mode: Annotated[str, _one_of("None", "Default")] | None = None
    identity: str | None = None


class CredentialsBody(Body):
    """How a run logs in."""

    source_registry: SourceRegistryBody | None = None
    custom_registries: dict[str, CustomRegistryBody | None] | None = None


class IdentityBody(Body):
    """Which identities a task has."""

    type: str | None = None
    user_assigned_identities: dict[str, dict[str, Json] | None] | None = None


class PropertiesBody(Body):
    """The properties of a task."""

    status: OnOff | None = None
    platform: PlatformBody | None = None
    agent_configuration: AgentBody | None = None
    agent_pool_name: str | None = None
    timeout: int | None = None
    step: StepBody | None = None
    trigger: TriggerBody | None = None
    credentials: CredentialsBody | None = None
    log_template: str | None = None
    is_system_task: bool | None = None


class TaskBody(Body):
    """What a PUT or PATCH says of a task."""

    location: str | None = None
    tags: dict[str, str] | None = None
    identity: IdentityBody | None = None
    properties: PropertiesBody | None = None
