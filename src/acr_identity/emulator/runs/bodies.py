"""What a body may hold that asks for a run.

Fields: Azure/azure-rest-api-specs, `containerregistry_build.json` of 2025-03-01-preview.
"""

from __future__ import annotations

from acr_identity.emulator.kernel.call import Body
from acr_identity.emulator.tasks.bodies import (
    AgentBody,
    CredentialsBody,
    Encoded,
    PlatformBody,
    ValueBody,
)


class OverrideBody(Body):
    """What one run of a task does otherwise than the task says."""

    context_path: str | None = None
    file: str | None = None
    target: str | None = None
    arguments: list[ValueBody] | None = None
    values: list[ValueBody] | None = None


class RunBody(Body):
    """The body of `scheduleRun`, of any of its four types."""

    type: str
    is_archive_enabled: bool | None = None
    task_id: str | None = None
    override_task_step_properties: OverrideBody | None = None
    source_location: str | None = None
    agent_pool_name: str | None = None
    platform: PlatformBody | None = None
    agent_configuration: AgentBody | None = None
    timeout: int | None = None
    credentials: CredentialsBody | None = None
    image_names: list[str] | None = None
    is_push_enabled: bool | None = None
    docker_file_path: str | None = None
    target: str | None = None
    arguments: list[ValueBody] | None = None
    task_file_path: str | None = None
    encoded_task_content: Encoded | None = None
    encoded_values_content: Encoded | None = None
    values: list[ValueBody] | None = None


class UpdateBody(Body):
    """The body of the PATCH of a run."""

    is_archive_enabled: bool | None = None
