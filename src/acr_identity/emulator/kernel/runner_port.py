"""What a run is given and what it may ask: the border between the task runner and the emulated cloud.

The runner decides a run from these values alone. Each question is answered as the real service would answer it
to the identity that asks, so that a run fails at the same edge, for the same reason, as it would in Azure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Status: TypeAlias = Literal["Succeeded", "Failed"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A service said no: its HTTP status, its error code and its own words."""

    status: int
    code: str
    message: str
    inner_code: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be printed: its repr shows that there is one, and no more."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Image:
    """An image as a registry holds it. `registry` is its host (`docker.io` for Docker Hub)."""

    registry: str
    repository: str
    tag: str
    digest: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a repository. `age` is how many seconds before the run began it was last set."""

    name: str
    digest: str
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class RegistryCredential:
    """One entry of a task's `credentials.customRegistries`, as `listDetails` shows it.

    `identity` is `[system]`, a client id, or empty. A user name or password is a literal, or the address of a secret.
    """

    login_server: str
    identity: str = ""
    user_name: Secret | None = None
    user_name_in_vault: str = ""
    password: Secret | None = None
    password_in_vault: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A `--set` value of a run or a stored value of the task."""

    name: str
    value: str = field(repr=False)
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class DockerStep:
    """A task whose step is a Dockerfile in a context (step type `Docker`)."""

    context: str
    dockerfile: str
    image_names: tuple[str, ...]
    is_push_enabled: bool
    arguments: tuple[Value, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class TaskFileStep:
    """A task whose step is a task file: its text (step types `EncodedTask` and `FileTask`, already read).

    `values_file` is the text of the file of values that lies beside it, if the step names one.
    """

    content: str
    context: str = ""
    values_file: str = ""


Step: TypeAlias = DockerStep | TaskFileStep


@dataclass(frozen=True, slots=True)
class RunRequest:
    """All that a run is decided from, but for the answers of the surroundings."""

    run_id: str
    task_name: str
    login_server: str
    step: Step
    values: tuple[Value, ...] = ()
    logs_in_to_source: bool = True
    """Whether the service adds its own credential for the registry that runs the task.

    It does not when `loginMode` is `None`, nor when the roles of the registry count for each repository.
    """
    source_identity: str = ""
    """`credentials.sourceRegistry.identity`: `[system]`, a client id, or empty."""
    credentials: tuple[RegistryCredential, ...] = ()
    started: str = "2026/01/01 00:00:00"
    """The UTC time of the first log line, `YYYY/MM/DD HH:MM:SS`."""
    date: str = "20260101-000000z"
    """What `{{.Run.Date}}` is: `yyyyMMdd-HHmmssz`."""
    source_refusal: Refusal | None = None
    """What the registry of the task says to the service's own login; `None` when it takes it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A token holder: who a registry or a vault sees."""

    principal_id: str
    client_id: str


class Surroundings(Protocol):
    """The cloud as a run sees it."""

    def sign_in(self, identity: str) -> Principal | Refusal:
        """Return the task's identity that is meant by `[system]`, a client id, or `""` (no client id named).

        A refusal is what the metadata service says when the task has no such identity.
        """

    def read_secret(self, url: str, principal: Principal) -> Secret | Refusal:
        """Read a secret from its vault as this principal. `url` is `https://VAULT/secrets/NAME[/VERSION]`."""

    def exchange_token(self, login_server: str, principal: Principal) -> Refusal | None:
        """Exchange the principal's token for a registry refresh token. Proves who asks, not what it may pull."""

    def check_password(self, login_server: str, user_name: str, password: Secret) -> Refusal | None:
        """Log in as `docker login` does, with a user name and a password."""

    def pull(self, registry: str, repository: str, reference: str, as_whom: Principal | str | None) -> Image | Refusal:
        """Find an image to pull by tag or digest.

        `as_whom` is the principal whose login the run holds for that registry, a user name, `"source"` for the
        service's own credential, or `None` without a login.
        """

    def push(
        self, registry: str, repository: str, tag: str, content: str, as_whom: Principal | str | None
    ) -> Image | Refusal:
        """Push an image. Equal `content` (whatever text identifies what was built) gives an equal digest."""

    def decides_by_repository(self, registry: str) -> bool:
        """Say whether a registry decides about rights by repository."""

    def repositories(self, registry: str, as_whom: Principal | str | None) -> tuple[str, ...] | Refusal:
        """List the repositories of a registry, sorted."""

    def tags(self, registry: str, repository: str, as_whom: Principal | str | None) -> tuple[Tag, ...] | Refusal:
        """List the tags of a repository."""

    def untag(self, registry: str, repository: str, tag: str, as_whom: Principal | str | None) -> Refusal | None:
        """Delete a tag."""

    def read_file(self, context: str, path: str) -> str | None:
        """Return the text of a file in a git context (address with `#branch:folder` as written), or `None`."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of the dependency report of a build."""

    image: Image
    runtime: Image | None
    buildtime: tuple[Image, ...]
    git_revision: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log and how many seconds after the start of the run it is written."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run goes, from its first line to its last."""

    status: Status
    log: tuple[LogLine, ...]
    pushed: tuple[Image, ...] = ()
    untagged: tuple[Image, ...] = ()
    """The tags that were deleted and not pushed again."""
    dependencies: tuple[Dependency, ...] = ()
    logged_in: tuple[str, ...] = ()
    """The custom registries that were logged in to."""
    error: str = ""
    """`runErrorMessage`; the cause is only in the log."""
    seconds: float = 0.0
