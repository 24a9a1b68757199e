"""What refers to what in a spec, read without trust from a document that may be wrong anywhere.

The rules that hold between parts of a spec are written once, over this outline: it is taken from the raw document when
a spec is loaded, so that a wrong field hides no other mistake, and from `Spec.to_tree` when one is built in Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree
    from acr_identity.spec.mistakes import KeyPath

SYSTEM = "system"
"""How the spec calls the identity that belongs to the task itself."""

STEPS = ("file", "command", "git", "docker")
"""The keys of a task of which it has exactly one."""

REGISTRY_RIGHTS = ("pull", "push", "delete", "list")
"""The keys of a task that list registries, each for what it may do there."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands somewhere, and the keys that lead there. `is_key` says that it is a key itself."""

    name: str
    path: KeyPath
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """What a task uses: the registry, the vaults or the scope, and the identity if one is named.

    `role` is the role that it has there, if it is for that.
    """

    path: KeyPath
    uses: tuple[Reference, ...] = ()
    identity: Reference | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class TaskOutline:
    """The references of one task. `identities_known` is False where its identities could not be read."""

    name: str
    path: KeyPath
    steps: tuple[str, ...]
    registry: Reference | None
    identities: tuple[Reference, ...]
    identities_known: bool
    registries: tuple[tuple[str, tuple[Use, ...]], ...]
    """What it uses of each key that lists registries, by that key."""
    secrets: tuple[Use, ...]
    credentials: tuple[Use, ...]
    has_values: bool
    build: Tree = None
    """The build of a Dockerfile as it stands there."""
    source_identity: Reference | None = None
    """As whom a run logs in to its own registry, if that is an identity."""
    roles: tuple[Use, ...] = ()
    """Its roles, each with its scope."""
    clients: tuple[Reference, ...] = ()
    """The identities whose client ids are values of its file, or arguments of its build."""

    @property
    def registry_uses(self) -> tuple[Use, ...]:
        """Return all its uses of registries."""
        return tuple(use for _, uses in self.registries for use in uses)


def outline_of_task(name: str, tree: Tree, path: KeyPath) -> TaskOutline:
    """Return the references of a task; what is not readable is left out."""
    task = mapping(tree)
    identity = task.get("identity")
    identities = tuple(named_texts(identity, (*path, "identity")))
    return TaskOutline(
        name=name,
        path=path,
        steps=tuple(step for step in STEPS if task.get(step) is not None),
        registry=_reference(task, "registry", path),
        identities=identities,
        identities_known="identity" not in task or _are_known(identity, identities),
        registries=tuple(
            (key, tuple(_registries(task.get(key), (*path, key)))) for key in REGISTRY_RIGHTS if key in task
        ),
        secrets=tuple(_secrets(mapping(task.get("secrets")), (*path, "secrets"))),
        credentials=tuple(_credentials(mapping(task.get("credentials")), (*path, "credentials"))),
        clients=(
            *_clients(task.get("values"), (*path, "values")),
            *_clients(mapping(task.get("docker")).get("arguments"), (*path, "docker", "arguments")),
        ),
        roles=tuple(_roles(task.get("roles"), (*path, "roles"))),
        has_values=bool(mapping(task.get("values"))),
        build=task.get("docker"),
        source_identity=None if task.get("source_identity") == "none" else _reference(task, "source_identity", path),
    )


def mapping(tree: Tree) -> Mapping[str, Tree]:
    """Return the tree if it is a mapping, else an empty one."""
    return tree if isinstance(tree, Mapping) else {}


def _sequence(tree: Tree) -> Sequence[Tree]:
    return tree if isinstance(tree, Sequence) and not isinstance(tree, str) else ()


def _are_known(identity: Tree, found: tuple[Reference, ...]) -> bool:
    whole = isinstance(identity, str) or (isinstance(identity, Sequence) and len(identity) == len(found))
    return whole and all(entry.name for entry in found)


def _reference(tree: Mapping[str, Tree], key: str, path: KeyPath) -> Reference | None:
    name = tree.get(key)
    return Reference(name, (*path, key)) if isinstance(name, str) else None


def named_texts(tree: Tree, path: KeyPath) -> Iterator[Reference]:
    """Yield each text of a list, or the one that stands in its place."""
    if isinstance(tree, str):
        yield Reference(tree, path)
    for index, entry in enumerate(_sequence(tree)):
        if isinstance(entry, str):
            yield Reference(entry, (*path, index))


def _registries(tree: Tree, path: KeyPath) -> Iterator[Use]:
    if isinstance(tree, str):
        yield Use(path, (Reference(tree, path),))
    for index, entry in enumerate(_sequence(tree)):
        here = (*path, index)
        if isinstance(entry, str):
            yield Use(here, (Reference(entry, here),))
        else:
            registry = _reference(mapping(entry), "registry", here)
            yield Use(here, () if registry is None else (registry,), _reference(mapping(entry), "identity", here))


def _secrets(tree: Mapping[str, Tree], path: KeyPath) -> Iterator[Use]:
    for vault, access in tree.items():
        here = (*path, vault)
        uses = (Reference(vault, here, is_key=True),)
        entries = [(index, each) for index, each in enumerate(_sequence(access)) if isinstance(each, Mapping)]
        yield from (Use((*here, index), uses, _reference(each, "identity", (*here, index))) for index, each in entries)
        if not entries:
            yield Use(here, uses, _reference(mapping(access), "identity", here))


def _clients(tree: Tree, path: KeyPath) -> Iterator[Reference]:
    found = (_reference(mapping(value), "client_id_of", (*path, name)) for name, value in mapping(tree).items())
    yield from (one for one in found if one is not None)


def _roles(tree: Tree, path: KeyPath) -> Iterator[Use]:
    for index, entry in enumerate(_sequence(tree)):
        here, role = (*path, index), mapping(entry)
        scope = _reference(role, "scope", here)
        yield Use(here, () if scope is None else (scope,), _reference(role, "identity", here), str(role.get("role")))


def _credentials(tree: Mapping[str, Tree], path: KeyPath) -> Iterator[Use]:
    for server, login in tree.items():
        here = (*path, server)
        parts = ((mapping(mapping(login).get(part)), (*here, part)) for part in ("user_name", "password"))
        vaults = (_reference(part, "vault", place) for part, place in parts if "env" not in part)
        known = tuple(vault for vault in vaults if vault is not None)
        yield Use(here, known, _reference(mapping(login), "identity", here))
