"""A task: the settings that a spec may set, and what the service adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.secrecy import WithSecrets
from acr_identity.state.comparison import ANY_CASE, FILE, NAMED, VALUES, file_words, token_of

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.secrecy import Secret

Tags: TypeAlias = tuple[tuple[str, str], ...]
"""Tags as pairs, sorted by name."""


@dataclass(frozen=True, slots=True)
class UnknownClientId:
    """The client id of a user-assigned identity that is to be made: it is known after apply."""

    identity: ArmId

    def __str__(self) -> str:
        return "(known after apply)"


@dataclass(frozen=True, slots=True)
class Value(WithSecrets):
    """A named value of a step. A secret one is a `SecretStr`; Azure hides it from who may not `listDetails`."""

    name: str
    value: str | Secret | UnknownClientId


@dataclass(frozen=True, slots=True, repr=False)
class EncodedStep(WithSecrets):
    """A task file kept in the task itself. `content` and `values_file` are texts, not their base64 forms.

    A spec says nothing of the last three; others may have set them, and a PUT must restate them. Its `repr` shows no
    more of a file than its size and a digest.
    """

    content: str = field(metadata=FILE)
    values: tuple[Value, ...] | None = field(default=None, metadata=VALUES)
    values_file: str | None = field(default=None, metadata=FILE)
    context: str | None = None
    token: Secret | None = field(default=None, metadata=token_of("context"))

    def __repr__(self) -> str:
        values_file = None if self.values_file is None else file_words(self.values_file)
        files = f"content=({file_words(self.content)}), values={self.values!r}, values_file=({values_file})"
        return f"EncodedStep({files}, context={self.context!r}, token={self.token!r})"


@dataclass(frozen=True, slots=True)
class FileStep(WithSecrets):
    """A task file in a git context."""

    task_file: str
    context: str
    values_file: str | None = None
    token: Secret | None = field(default=None, metadata=token_of("context"))
    values: tuple[Value, ...] | None = field(default=None, metadata=VALUES)


@dataclass(frozen=True, slots=True)
class DockerStep(WithSecrets):
    """A Dockerfile in a git context."""

    dockerfile: str
    context: str
    images: tuple[str, ...] = ()
    push: bool | None = None
    cache: bool | None = None
    target: str | None = None
    token: Secret | None = field(default=None, metadata=token_of("context"))
    arguments: tuple[Value, ...] | None = field(default=None, metadata=VALUES)


Step: TypeAlias = EncodedStep | FileStep | DockerStep


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """What the agent must be. Spelling varies on the wire."""

    os: str = field(metadata=ANY_CASE)
    architecture: str | None = field(default=None, metadata=ANY_CASE)
    variant: str | None = field(default=None, metadata=ANY_CASE)


DEFAULT_PLATFORM = PlatformSettings("Linux", "amd64")
"""What a task runs on if nothing is said, as the Azure CLI has it. The service requires a platform."""


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    """A schedule in UTC, five cron fields. A trigger whose `enabled` is `None` says nothing of it."""

    name: str
    schedule: str
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class BaseImageTrigger:
    """Run when a base image changes. `kind` is `Runtime` or `All`."""

    name: str
    kind: str = field(metadata=ANY_CASE)
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class SourceTriggerSettings(WithSecrets):
    """Run on a commit or a pull request. Only `listDetails` shows the token (specification; not recorded)."""

    name: str
    repository: str
    branch: str | None
    events: tuple[str, ...]
    control: str = field(metadata=ANY_CASE)
    token: Secret | None = field(default=None, metadata=token_of("repository"))
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """What a spec may set of a task. `None` says nothing: what is not said is not compared and not changed."""

    step: Step | None = None
    platform: PlatformSettings | None = None
    cpu: int | None = None
    pool: str | None = None
    timeout: int | None = None
    log_template: str | None = None
    timers: tuple[TimerTrigger, ...] | None = field(default=None, metadata=NAMED)
    base_image: BaseImageTrigger | None = None
    sources: tuple[SourceTriggerSettings, ...] | None = field(default=None, metadata=NAMED)
    source_login: Literal["Default", "None"] | None = None
    """Whether the service logs in to the registry that runs the task with a credential of its own."""
    enabled: bool | None = None

    @property
    def unknown_clients(self) -> tuple[ArmId, ...]:
        """Return the identities whose client ids it has and that are to be made."""
        values = self.step.arguments if isinstance(self.step, DockerStep) else self.step.values if self.step else None
        return tuple(one.value.identity for one in values or () if isinstance(one.value, UnknownClientId))

    @property
    def has_triggers(self) -> bool:
        """Say whether the task can run by itself."""
        return bool(self.timers or self.base_image or self.sources)


@dataclass(frozen=True, slots=True)
class IdentityLogin:
    """A registry credential that is an identity of the task: `[system]` or a client id, as the wire has it."""

    identity: str


@dataclass(frozen=True, slots=True)
class VaultSecretAddress:
    """The address of a secret that the service reads at each run."""

    url: str


@dataclass(frozen=True, slots=True)
class CustomLogin(WithSecrets):
    """A user name and a password, each a secret text or the address of one in a vault; `None` is one not shown."""

    user_name: Secret | VaultSecretAddress | None
    password: Secret | VaultSecretAddress | None
    identity: str = ""


@dataclass(frozen=True, slots=True)
class MaskedLogin:
    """There is a credential, and the caller may not see what it holds."""


Login: TypeAlias = IdentityLogin | CustomLogin | MaskedLogin


@dataclass(frozen=True, slots=True)
class Attached:
    """The identities of a task as the service reports them. Ids of principals are texts of GUIDs."""

    system_principal_id: str | None = None
    tenant_id: str = ""
    users: tuple[ArmId, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveTask:
    """A task that exists."""

    id: ArmId
    location: str
    settings: TaskSettings
    attached: Attached = Attached()
    logins: Mapping[str, Login] = field(default_factory=dict)
    """Credentials by login server, in lower case."""
    source_identity: str = ""
    """`credentials.sourceRegistry.identity`: lost by a PATCH that names the source registry without it."""
    tags: Tags = ()
    details_seen: bool = True
    """Whether secrets and credentials were readable (`listDetails`). One that is held back says that not all were."""
    hidden: tuple[str, ...] = ()
    """What the details hold back though it is there, by paths such as `step.values[Token]` or `sources[s].token`."""
    unseen_because: str = ""
    """Why the details were not seen, where it is not for want of the right to list them."""
