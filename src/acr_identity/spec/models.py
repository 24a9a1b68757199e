"""The spec: what the user wants. Keys are Azure's own names."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, Unpack

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from acr_identity.errors import PlacedMistake, SpecError
from acr_identity.ids import ArmId
from acr_identity.spec.base import Model, Tree
from acr_identity.spec.consistency import reference_mistakes
from acr_identity.spec.environment import fill, sources_in
from acr_identity.spec.mistakes import Mistake, quoted, refuse, suggestion
from acr_identity.spec.names import CloudName, Location, ResourceGroupName, SpecName, SubscriptionId, TaskName
from acr_identity.spec.places import Origin, Reading
from acr_identity.spec.scopes import RESOURCE_GROUP, SUBSCRIPTION, is_id
from acr_identity.spec.targets import TARGETS, IdentityEntry, RegistryEntry, Target, VaultEntry
from acr_identity.spec.tasks import Task

if TYPE_CHECKING:
    from acr_identity.spec.inputs import SpecInput


class Spec(Model):
    """What the user wants: tasks, and the registries, vaults and identities to which they refer.

    A spec that breaks a rule raises `pydantic.ValidationError`; its text shows no value.

    >>> from acr_identity import Task
    >>> spec = Spec(
    ...     subscription="11111111-1111-1111-1111-111111111111",
    ...     resource_group="myResourceGroup",
    ...     registries={"myregistry": {}, "mybaseregistry": {}},
    ...     tasks={
    ...         "hello": Task(registry="myregistry", identity="system", command="alpine", pull=["mybaseregistry"]),
    ...     },
    ... )
    >>> spec.task_id("hello").name
    'hello'
    """

    version: Literal[1] = Field(default=1, description="The version of this format.", examples=[1])
    name: SpecName | None = Field(
        default=None,
        description=(
            "Under which name what this spec sets is remembered in Azure. What leaves a spec with a name can be found "
            "again, and what two specs need goes with the last."
        ),
        examples=["my-platform"],
    )
    subscription: SubscriptionId | None = Field(
        default=None,
        description="The id of the subscription, for all that names no other.",
        examples=["11111111-1111-1111-1111-111111111111"],
    )
    resource_group: ResourceGroupName | None = Field(
        default=None, description="The resource group, for all that names no other.", examples=["myResourceGroup"]
    )
    location: Location | None = Field(
        default=None, description="The region of what is created, if nothing else says it.", examples=["eastus"]
    )
    cloud: CloudName | None = Field(
        default=None, description="The cloud, if whoever runs a command names none.", examples=["AzureUSGovernment"]
    )
    registries: dict[str, RegistryEntry] = Field(
        default_factory=dict,
        description="Container registries that exist, by name.",
        examples=[{"myregistry": {}, "mybaseregistry": {"resource_group": "base-images"}}],
    )
    vaults: dict[str, VaultEntry] = Field(
        default_factory=dict, description="Key vaults that exist, by name.", examples=[{"mykeyvault": {}}]
    )
    identities: dict[str, IdentityEntry] = Field(
        default_factory=dict,
        description="User-assigned identities, by name; they are created if they do not exist.",
        examples=[{"myACRTasksId": {}}],
    )
    tasks: dict[TaskName, Task] = Field(
        description="The tasks, by name.",
        examples=[
            {
                "helloworldtask": {
                    "registry": "myregistry",
                    "identity": "myACRTasksId",
                    "file": "helloworldtask.yaml",
                    "pull": ["mybaseregistry"],
                }
            }
        ],
    )

    if TYPE_CHECKING:

        def __init__(self, **keys: Unpack[SpecInput]) -> None: ...

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def model_post_init(self, context: object, /) -> None:
        """Keep where the document stands, if the spec comes from one."""
        if isinstance(context, Reading):
            self._origin = context.origin

    @model_validator(mode="after")
    def _check_references(self, info: ValidationInfo) -> Self:
        if not isinstance(info.context, Reading):  # a document is checked as a whole, before it becomes models
            refuse("Spec", reference_mistakes(self.to_tree()))
        return self

    @property
    def path(self) -> Path | None:
        """Return the file from which the spec was read; `None` for a text, and for a spec built in Python."""
        return self._origin.path

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the names of the environment variables that the spec needs, sorted.

        >>> Spec(
        ...     subscription="11111111-1111-1111-1111-111111111111",
        ...     resource_group="myResourceGroup",
        ...     registries={"myregistry": {}},
        ...     tasks={"hello": {"registry": "myregistry", "command": "bash", "values": {"Key": {"env": "KEY"}}}},
        ... ).variables
        ('KEY',)
        """
        return tuple(sorted({source.env for source in sources_in(self)}))

    def registry_id(self, name: str) -> ArmId:
        """Return the resource id of a registry of the spec.

        Raises:
            KeyError: there is no such registry in the spec; so for vaults, identities and tasks.
        """
        return self._arm_id(name, self.registries[name])

    def vault_id(self, name: str) -> ArmId:
        """Return the resource id of a vault of the spec."""
        return self._arm_id(name, self.vaults[name])

    def identity_id(self, name: str) -> ArmId:
        """Return the resource id of a user-assigned identity of the spec."""
        return self._arm_id(name, self.identities[name])

    def task_id(self, name: str) -> ArmId:
        """Return the resource id of a task of the spec."""
        return self.registry_id(self.tasks[name].registry).child("tasks", name)

    def scope_id(self, scope: str) -> ArmId:
        """Return the id of a scope as a role of a task names it.

        Raises:
            KeyError: it is no id, and nothing of that name is in the spec.
        """
        if is_id(scope):
            return ArmId(scope)
        for kind in TARGETS.values():
            if scope in self.targets(kind):
                return self._arm_id(scope, self.targets(kind)[scope])
        group = ArmId.group(self.subscription or "", self.resource_group or "")
        return {RESOURCE_GROUP: group, SUBSCRIPTION: group.parent}[scope]

    def _arm_id(self, name: str, target: Target) -> ArmId:
        return target.arm_id(name, self.subscription or "", self.resource_group or "")

    def place(self, *path: str | int) -> str:
        """Return where a value stands as `file:line:column`, or the dotted path in a spec built in Python.

        >>> Spec(tasks={}).place("tasks", "hello", "pull", 0)
        'tasks.hello.pull.0'
        """
        return self.placed(Mistake("", path=path)).place

    def placed(self, mistake: Mistake) -> PlacedMistake:
        """Return a mistake with its place in the document, if the spec comes from one."""
        return self._origin.placed(mistake)

    def only(self, names: Iterable[str]) -> Self:
        """Return a spec with just these tasks and what they refer to.

        Raises:
            SpecError: a name is not that of a task of the spec.
        """
        wanted = set(names)
        unknown = sorted(wanted - self.tasks.keys())
        if unknown:
            raise SpecError(
                PlacedMistake(
                    f"There is no task {quoted(name)} in the spec.", suggestion(name, self.tasks), self._origin.file
                )
                for name in unknown
            )
        tasks = {name: task for name, task in self.tasks.items() if name in wanted}
        used = self._used(tasks.values())
        targets = {each.section: _picked(self.targets(each), used[each]) for each in TARGETS.values()}
        return self.model_copy(update={"tasks": tasks, **targets})

    def used(self, kind: type[Target]) -> tuple[ArmId, ...]:
        """Return the resource ids of the targets of a kind to which tasks refer, sorted."""
        return tuple(sorted(self.ids_used(kind).values()))

    def ids_used(self, kind: type[Target]) -> Mapping[str, ArmId]:
        """Return the same ids, by the names in the spec."""
        targets = self.targets(kind)
        return {name: self._arm_id(name, targets[name]) for name in sorted(self._used(self.tasks.values())[kind])}

    def _used(self, tasks: Iterable[Task]) -> Mapping[type[Target], set[str]]:
        used: dict[type[Target], set[str]] = {each: set() for each in TARGETS.values()}
        for task in tasks:
            for kind, names in task.references().items():
                used[kind] |= names
            for kind in used:
                used[kind] |= {role.scope for role in task.roles if role.scope in self.targets(kind)}
        return used

    def targets(self, kind: type[Target]) -> Mapping[str, Target]:
        """Return the targets of a kind, by name."""
        targets: Mapping[str, Target] = getattr(self, kind.section)
        return targets

    def with_environment(self, environ: Mapping[str, str]) -> Self:
        """Return a spec whose `FromEnvironment` values are read from the environment.

        Raises:
            SpecError: a variable is not set or empty; each is named with its place in the spec.
        """
        filled, unset = self.as_far_as_set(environ)
        if unset:
            raise SpecError(unset)
        return filled

    def as_far_as_set(self, environ: Mapping[str, str]) -> tuple[Self, tuple[PlacedMistake, ...]]:
        """Return the same, and each variable that is not set or empty with its place in the spec.

        The values of those are `NotSet`.
        """
        mistakes: list[Mistake] = []
        filled = fill(self, environ, mistakes)
        return filled, tuple(sorted(map(self.placed, mistakes), key=lambda placed: (placed.line, placed.column)))

    def to_tree(self) -> Tree:
        """Return the spec as a YAML document would hold it."""
        return {
            "version": self.version,
            **self.entries(),
            "tasks": {name: task.to_tree() for name, task in self.tasks.items()},
        }


def _picked(targets: Mapping[str, Target], names: set[str]) -> dict[str, Target]:
    return {name: target for name, target in targets.items() if name in names}
