"""A task of the spec: what runs, as whom, with access to what, and when."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Self, Unpack

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from acr_identity.spec.accesses import (
    AccessEntries,
    Credential,
    RegistryAccess,
    RegistryEntries,
    RoleAccess,
    VaultAccess,
)
from acr_identity.spec.base import Model, Tree, one_or_more
from acr_identity.spec.consistency import task_mistakes
from acr_identity.spec.durations import seconds_in
from acr_identity.spec.mistakes import refusal, refuse
from acr_identity.spec.names import AgentPoolName, FindingCode, LoginServer, Text
from acr_identity.spec.outline import REGISTRY_RIGHTS, SYSTEM
from acr_identity.spec.places import Reading
from acr_identity.spec.sources import TaskFileEntry, Value
from acr_identity.spec.steps import DockerBuild, GitTaskFile
from acr_identity.spec.targets import Identity, Registry, Tags, Target, Vault
from acr_identity.spec.templates import Template
from acr_identity.spec.triggers import Triggers

if TYPE_CHECKING:
    from acr_identity.spec.inputs import TaskInput

_SHORTEST_RUN = 300
_LONGEST_RUN = 28800
_AN_HOUR = f"An hour is {60 * 60}."
_Seconds = Annotated[int, Field(ge=_SHORTEST_RUN, le=_LONGEST_RUN)]
_CONTEXT = {"context": "https://github.com/Azure-Samples/acr-tasks.git#main"}
NOBODY = "none"
"""How the spec says that nobody is meant."""

Names = Annotated[tuple[str, ...], BeforeValidator(one_or_more, json_schema_input_type=str | tuple[str, ...])]


class Platform(Model):
    """Where the steps of the task run."""

    os: Literal["Linux", "Windows"] = Field(default="Linux", description="The operating system.", examples=["Linux"])
    architecture: Literal["amd64", "x86", "386", "arm", "arm64"] = Field(
        default="amd64", description="The architecture of the processor; 386 in quotes.", examples=["amd64"]
    )
    variant: Literal["v6", "v7", "v8"] | None = Field(
        default=None, description="The variant of an arm processor.", examples=["v8"]
    )


class Agent(Model):
    """The machine on which the task runs."""

    cpu: int | None = Field(default=None, ge=1, strict=True, description="The number of processor cores.", examples=[2])
    pool: AgentPoolName | None = Field(default=None, description="A pool of agents of one's own.", examples=["mypool"])


def _check_timeout(value: object) -> object:
    if isinstance(value, str):
        seconds = seconds_in(value)
        if seconds is None or _may_take(seconds):
            fix = _AN_HOUR if seconds is None else f"Write {seconds}."
            raise refusal("Expected a whole number of seconds, found text.", fix)
        value = seconds
    if isinstance(value, int) and not isinstance(value, bool) and not _may_take(value):
        raise refusal(f"A run takes {_SHORTEST_RUN} to {_LONGEST_RUN} seconds.", _AN_HOUR)
    return value


def _may_take(seconds: int) -> bool:
    return _SHORTEST_RUN <= seconds <= _LONGEST_RUN


class Task(Model):
    """A task of a registry. It has exactly one of file, command, git and docker."""

    registry: str = Field(description="The registry of the task: a key of `registries`.", examples=["myregistry"])
    identity: Names = Field(
        default=(),
        description="The identities of the task: `system`, a key of `identities`, or a list of them.",
        examples=["system", ["system", "myACRTasksId"]],
    )
    file: TaskFileEntry | None = Field(
        default=None, description="A task file on this machine, relative to the spec.", examples=["helloworldtask.yaml"]
    )
    command: Template | None = Field(
        default=None, description="A command: an image and its arguments.", examples=["mcr.microsoft.com/hello-world"]
    )
    git: GitTaskFile | None = Field(
        default=None, description="A task file in a git repository.", examples=[{**_CONTEXT, "file": "acr-task.yaml"}]
    )
    docker: DockerBuild | None = Field(
        default=None,
        description="A Dockerfile in a git repository.",
        examples=[{**_CONTEXT, "images": "hello:{{.Run.ID}}"}],
    )
    pull: RegistryEntries = Field(
        default=(),
        description="Registries that the task pulls from: each gives a role and a login.",
        examples=[["mybaseregistry"], [{"registry": "mybaseregistry", "identity": "system"}]],
    )
    push: RegistryEntries = Field(
        default=(),
        description="Registries that the task pushes to, and pulls from.",
        examples=[["release"], [{"registry": "release", "repositories": ["app/*"]}]],
    )
    delete: RegistryEntries = Field(
        default=(),
        description="Registries in which the task deletes images, as `acr purge` does.",
        examples=[["release"]],
    )
    list: RegistryEntries = Field(
        default=(),
        description="Registries of which the task lists the repositories, as `acr purge` does for a pattern.",
        examples=[["release"]],
    )
    roles: tuple[RoleAccess, ...] = Field(
        default=(),
        description="Any other role, for what a step does as the identity.",
        examples=[[{"role": "Reader", "scope": "mybaseregistry"}]],
    )
    secrets: dict[str, AccessEntries] = Field(
        default_factory=dict,
        description=(
            "The secrets that the task's file reads: the names by vault, a key of `vaults`. Where several identities "
            "read one vault, it is a list with the names for each."
        ),
        examples=[
            {"mykeyvault": ["UserName", "Password"]},
            {"mykeyvault": [{"names": ["UserName"]}, {"names": ["Password"], "identity": "myACRTasksId"}]},
        ],
    )
    credentials: dict[LoginServer, Credential] = Field(
        default_factory=dict,
        description="Logins for registries outside Azure, by login server.",
        examples=[{"docker.io": {"user_name": {"env": "DOCKER_USER"}, "password": {"env": "DOCKER_PASSWORD"}}}],
    )
    source_login: Literal["default", "none"] | None = Field(
        default=None, description="Whether a run logs in to the task's own registry by itself.", examples=["none"]
    )
    source_identity: str | None = Field(
        default=None,
        description=(
            "As whom a run logs in to the task's own registry: `system`, a key of `identities` that the task has, or "
            "`none`. By default, where that registry decides by repository, the one that `pull` or `push` names for it."
        ),
        examples=["system"],
    )
    values: dict[Text, Value] = Field(
        default_factory=dict,
        description=(
            "Values for the task's file; a secret one comes from an environment variable, and the client id of an "
            "identity from Azure."
        ),
        examples=[
            {"PrivateRepo": "hubuser/hubrepo", "Token": {"env": "API_TOKEN"}},
            {"clientId": {"client_id_of": "myACRTasksId"}},
        ],
    )
    triggers: Triggers | None = Field(
        default=None,
        description="When the task runs by itself.",
        examples=[{"timers": ["0 21 * * *"], "base_image": "runtime"}],
    )
    agent: Agent | None = Field(default=None, description="The machine on which the task runs.", examples=[{"cpu": 2}])
    platform: Platform | None = Field(
        default=None,
        description="The operating system and processor.",
        examples=[{"os": "Linux", "architecture": "arm64"}],
    )
    timeout: Annotated[int, BeforeValidator(_check_timeout, json_schema_input_type=_Seconds)] | None = Field(
        default=None,
        strict=True,
        description=f"Seconds after which a run is stopped: {_SHORTEST_RUN} to {_LONGEST_RUN}.",
        examples=[3600],
    )
    enabled: bool | None = Field(
        default=None,
        description="Whether the task may run; a new task may, and one that exists stays as it is.",
        examples=[True],
    )
    log_template: Template | None = Field(
        default=None, description="The repository and tag of the log artifact.", examples=["logs/build:{{.Run.ID}}"]
    )
    silence: dict[FindingCode, Text] = Field(
        default_factory=dict,
        description="Findings in the task's file that are known to be right: their codes, each with the reason.",
        examples=[{"ACR305": "the script pulls from it"}],
    )
    tags: Tags = Field(default_factory=dict, description="The tags of the task.", examples=[{"team": "platform"}])

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[TaskInput]) -> None: ...

    @model_validator(mode="after")
    def _check_parts(self, info: ValidationInfo) -> Self:
        if not isinstance(info.context, Reading):  # a document is checked as a whole, before it becomes models
            refuse("Task", task_mistakes("", self.to_tree()))
        return self

    @property
    def uses_system(self) -> bool:
        """Say whether the task has an identity of its own."""
        return SYSTEM in self.identity

    @property
    def user_identities(self) -> tuple[str, ...]:
        """Return the keys of the task's user-assigned identities, in the order of the spec."""
        return tuple(name for name in self.identity if name != SYSTEM)

    def references(self) -> Mapping[type[Target], frozenset[str]]:
        """Return the keys of the targets to which the task refers, by their kind."""
        logins = (vault for login in self.credentials.values() for vault in login.vaults)
        return {
            Registry: frozenset((self.registry, *(each.registry for _, each in self.registry_accesses))),
            Vault: frozenset((*self.secrets, *logins)),
            Identity: frozenset(self.user_identities),
        }

    @property
    def registry_accesses(self) -> Iterator[tuple[str, RegistryAccess]]:
        """Yield what the task may do in registries, each with its key: `pull`, `push`, `delete` or `list`."""
        return ((key, each) for key in REGISTRY_RIGHTS for each in getattr(self, key))

    @property
    def vault_accesses(self) -> Iterator[tuple[str, VaultAccess]]:
        """Yield which secrets the task's file reads as whom, each with the key of the vault."""
        for vault, access in self.secrets.items():
            yield from ((vault, each) for each in (access if isinstance(access, tuple) else (access,)))

    def user_of(self, access: RegistryAccess | RoleAccess) -> str:
        """Return as whom the task uses a registry or a role: the named identity, else the first user-assigned one.

        For its own registry it is that of `source_identity`, if the spec has one.
        """
        is_home = isinstance(access, RegistryAccess) and access.registry == self.registry
        stated = self.source_identity if is_home and self.source_identity != NOBODY else None
        return access.identity or stated or next(iter(self.user_identities), SYSTEM)

    @property
    def source_user(self) -> str | None:
        """Return as whom a run may log in to the task's own registry; `none` for nobody, `None` if nothing is said."""
        own = (self.user_of(each) for _, each in self.registry_accesses if each.registry == self.registry)
        return self.source_identity or next(own, None)

    def reader(self, access: VaultAccess | Credential) -> str:
        """Return as whom the task reads secrets: the identity that is named, else `system`, else the only other one.

        The metadata service follows the same rule for a secret of a task file that names no `clientID`.
        """
        return access.identity or (SYSTEM if self.uses_system else next(iter(self.user_identities), SYSTEM))

    def to_tree(self) -> Tree:
        """Return the task with a single identity as a text."""
        identity: dict[str, Tree] = {"identity": self.identity[0]} if len(self.identity) == 1 else {}
        return {**self.entries(), **identity}
