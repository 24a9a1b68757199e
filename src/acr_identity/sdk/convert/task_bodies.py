"""The parts of a task that are read (Tasks - Get, Get Details, Create, Update)."""

from __future__ import annotations

from pydantic import Field

from acr_identity.sdk.convert.bodies import Body


class ValueBody(Body):
    """A value of a task file, or an argument of a Dockerfile."""

    name: str = ""
    value: str = Field(default="", repr=False)
    is_secret: bool = False


class StepBody(Body):
    """A step of any kind: `type` says which. Each kind has a part of the keys."""

    type: str = ""
    context_path: str | None = None
    context_access_token: str | None = Field(default=None, repr=False)
    encoded_task_content: str = ""
    encoded_values_content: str = ""
    task_file_path: str = ""
    values_file_path: str | None = None
    values: tuple[ValueBody, ...] = ()
    docker_file_path: str = ""
    image_names: tuple[str, ...] = ()
    is_push_enabled: bool | None = None
    no_cache: bool | None = None
    target: str | None = None
    arguments: tuple[ValueBody, ...] = ()


class PlatformBody(Body):
    """What a task runs on."""

    os: str = ""
    architecture: str | None = None
    variant: str | None = None


class AgentBody(Body):
    """The agent of a task."""

    cpu: int | None = None


class TimerBody(Body):
    """The trigger by time: five cron fields, in UTC."""

    name: str = ""
    schedule: str = ""
    status: str = ""


class BaseImageBody(Body):
    """The trigger by base images."""

    name: str = ""
    base_image_trigger_type: str = ""
    status: str = ""
    update_trigger_endpoint: str | None = Field(default=None, repr=False)
    update_trigger_payload_type: str = ""


class SourceLoginBody(Body):
    """How a source trigger signs in to the repository."""

    token: str | None = Field(default=None, repr=False)
    refresh_token: str | None = Field(default=None, repr=False)


class RepositoryBody(Body):
    """The repository of a source trigger."""

    source_control_type: str = ""
    repository_url: str = ""
    branch: str | None = None
    source_control_auth_properties: SourceLoginBody | None = None


class SourceBody(Body):
    """A source trigger."""

    name: str = ""
    source_repository: RepositoryBody = Field(default_factory=RepositoryBody)
    source_trigger_events: tuple[str, ...] = ()
    status: str = ""


class TriggerBody(Body):
    """What starts a task by itself."""

    timer_triggers: tuple[TimerBody, ...] = ()
    source_triggers: tuple[SourceBody, ...] = ()
    base_image_trigger: BaseImageBody | None = None


class SecretBody(Body):
    """A text, or the address of a vault's secret: `type` says which."""

    type: str = ""
    value: str | None = Field(default=None, repr=False)


class LoginBody(Body):
    """A credential for a registry."""

    user_name: SecretBody | None = None
    password: SecretBody | None = None
    identity: str = ""


class SourceRegistryBody(Body):
    """How a run signs in to the task's own registry."""

    login_mode: str = ""
    identity: str = ""


class CredentialsBody(Body):
    """The credentials of a task. Each answer but that of Get Details has null for the values of the logins."""

    source_registry: SourceRegistryBody = Field(default_factory=SourceRegistryBody)
    custom_registries: dict[str, LoginBody | None] = Field(default_factory=dict)


class TaskIdentityBody(Body):
    """Who a task may run as: its system identity, and user-assigned ones by their ids."""

    principal_id: str = ""
    tenant_id: str = ""
    user_assigned_identities: dict[str, object] = Field(default_factory=dict)


class TaskProperties(Body):
    """What is used of a task's properties."""

    status: str | None = None
    platform: PlatformBody | None = None
    agent_configuration: AgentBody = Field(default_factory=AgentBody)
    agent_pool_name: str | None = None
    timeout: int | None = None
    step: StepBody = Field(default_factory=StepBody)
    trigger: TriggerBody = Field(default_factory=TriggerBody)
    credentials: CredentialsBody = Field(default_factory=CredentialsBody)
    log_template: str | None = None


class TaskBody(Body):
    """What is used of a task."""

    name: str = ""
    location: str = ""
    tags: dict[str, str] = Field(default_factory=dict)
    identity: TaskIdentityBody = Field(default_factory=TaskIdentityBody)
    properties: TaskProperties = Field(default_factory=TaskProperties)
