"""The rules that hold between the parts of a spec: references that lead somewhere, and choices that fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.spec.builds import build_mistakes
from acr_identity.spec.mistakes import Guess, KeyPath, Mistake, did_you_mean, listed, quoted
from acr_identity.spec.outline import STEPS, SYSTEM, Reference, TaskOutline, mapping, outline_of_task
from acr_identity.spec.references import Astray, find_astray, named, system_fix
from acr_identity.spec.scopes import scope_mistakes
from acr_identity.spec.targets import TARGETS

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree


def spec_mistakes(tree: Tree) -> Iterator[Mistake]:
    """Find every broken rule between the parts of a spec, from within a task to across all tasks."""
    tasks = _tasks(tree)
    astray = _astray(tree, tasks)
    yield from _mistakes_between(tree, tasks, astray)
    for task in tasks:
        yield from _mistakes_within(_as_meant(task, astray["identities"].meant))


def task_mistakes(name: str, tree: Tree) -> Iterator[Mistake]:
    """Find every broken rule between the parts of one task; paths begin in the task."""
    yield from _mistakes_within(outline_of_task(name, tree, ()))


def reference_mistakes(tree: Tree) -> Iterator[Mistake]:
    """Find every broken rule between tasks and what they refer to."""
    tasks = _tasks(tree)
    return _mistakes_between(tree, tasks, _astray(tree, tasks))


def _astray(tree: Tree, tasks: Sequence[TaskOutline]) -> Mapping[str, Astray]:
    return {section: find_astray(section, mapping(tree).get(section), tasks) for section in TARGETS}


def _mistakes_between(tree: Tree, tasks: Sequence[TaskOutline], astray: Mapping[str, Astray]) -> Iterator[Mistake]:
    spec = mapping(tree)
    for section, found in astray.items():
        yield from _target_mistakes(spec, section, found.called)
    yield from _missing_defaults(spec)
    for found in astray.values():
        yield from found.mistakes
    yield from scope_mistakes(spec, tasks)
    yield from _twins(("tasks", task.name, _task_place(task)) for task in tasks)


def _as_meant(task: TaskOutline, meant: Mapping[str, str]) -> TaskOutline:
    """Return the task with the identities that were meant, so that what follows from a misspelt one is not told too."""
    has = {one.name for one in task.identities}
    return replace(
        task,
        identities=tuple(
            replace(one, name=meant[one.name]) if one.name in meant and meant[one.name] not in has else one
            for one in task.identities
        ),
    )


def _tasks(tree: Tree) -> Sequence[TaskOutline]:
    tasks = mapping(mapping(tree).get("tasks")).items()
    return [outline_of_task(name, task, ("tasks", name)) for name, task in tasks if isinstance(task, Mapping)]


def _task_place(task: TaskOutline) -> str:
    return f"{task.registry.name if task.registry else ''}/{task.name}".lower()


# Within a task


def _mistakes_within(task: TaskOutline) -> Iterator[Mistake]:
    yield from _step_mistakes(task)
    yield from _identity_mistakes(task)
    yield from _registry_mistakes(task)
    yield from _ambiguous_readers(task)
    yield from _repeated_readers(task)
    yield from _repeated_roles(task)
    yield from build_mistakes(task.build, task.registry.name if task.registry else "", (*task.path, "docker"))


def _step_mistakes(task: TaskOutline) -> Iterator[Mistake]:
    choices = listed((f"`{step}`" for step in STEPS), "or")
    if not task.steps:
        yield Mistake("The task has nothing to run.", f"Add {choices}.", task.path, at_key=True)
    for step in task.steps[1:]:
        message = f"`{step}` cannot stand beside `{task.steps[0]}`."
        yield Mistake(message, f"A task has one of {choices}.", (*task.path, step), at_key=True)
    if task.has_values and task.steps == ("docker",):
        yield Mistake("A Dockerfile takes no values.", "Use `docker.arguments`.", (*task.path, "values"), at_key=True)


def _identity_mistakes(task: TaskOutline) -> Iterator[Mistake]:
    seen: set[str] = set()
    for identity in task.identities:
        if identity.name in seen:
            yield Mistake(f"The identity {quoted(identity.name)} is given twice.", "Leave one out.", identity.path)
        seen.add(identity.name)
    if not task.identities_known:
        return
    for section, uses in (
        *task.registries,
        ("secrets", task.secrets),
        ("credentials", task.credentials),
        ("roles", task.roles),
    ):
        needed = any(use.uses or section != "credentials" for use in uses)
        if needed and not task.identities:
            fix = "Add `identity: system` to the task, or the name of a user-assigned one."
            yield Mistake(f"`{section}` needs an identity.", fix, (*task.path, section), at_key=True)
        for use in uses:
            if use.identity is not None and task.identities and use.identity.name not in seen:
                yield _not_of_the_task(use.identity, seen)
    yield from _client_mistakes(task, seen)
    if task.source_identity is not None and task.source_identity.name not in seen:
        yield _not_of_the_task(task.source_identity, seen)


def _client_mistakes(task: TaskOutline, known: set[str]) -> Iterator[Mistake]:
    for client in task.clients:
        if client.name == SYSTEM:
            message = "The task's own identity has no client id that is known."
            yield Mistake(message, "Name one of `identities`. A step signs in as its own without any.", client.path)
        elif client.name not in known:
            yield _not_of_the_task(client, known - {SYSTEM})


def _not_of_the_task(identity: Reference, known: set[str]) -> Mistake:
    fix = (identity.name != SYSTEM and system_fix(identity.name)) or Guess(
        identity.name, known, "Add it to the `identity` of the task."
    )
    return Mistake(f"{named(identity, 'identity')} is not among those of the task.", fix, identity.path)


def _registry_mistakes(task: TaskOutline) -> Iterator[Mistake]:
    logins: dict[str, Reference | None] = {}
    for _, uses in task.registries:
        seen: set[str] = set()
        for use, registry in ((each, one) for each in uses for one in each.uses):
            if registry.name in seen:
                message = f"The registry {quoted(registry.name)} is given twice."
                yield Mistake(message, "Name all its repositories in one entry.", registry.path)
            elif registry.name in logins and _name_of(logins[registry.name]) != _name_of(use.identity):
                message = (
                    f"A task has one login for a registry, and {quoted(registry.name)} is used with two identities."
                )
                fix = f"Give both the same `identity`, {_as_before(logins[registry.name])}."
                yield Mistake(message, fix, registry.path)
            seen.add(registry.name)
            logins.setdefault(registry.name, use.identity)


def _name_of(identity: Reference | None) -> str:
    return "" if identity is None else identity.name


def _as_before(identity: Reference | None) -> str:
    return "or none" if identity is None else f"such as {quoted(identity.name)}"


def _ambiguous_readers(task: TaskOutline) -> Iterator[Mistake]:
    names = [identity.name for identity in task.identities]
    if SYSTEM in names or len(set(names)) <= 1:
        return
    message = "It is open which identity reads these secrets: the task has several."
    fix = f"Add `identity`, one of {listed(names)}."
    for use in (*task.secrets, *(credential for credential in task.credentials if credential.uses)):
        if use.identity is None:
            yield Mistake(message, fix, use.path, at_key=True)


def _repeated_readers(task: TaskOutline) -> Iterator[Mistake]:
    names = [identity.name for identity in task.identities]
    default = SYSTEM if SYSTEM in names else next(iter(names), "")
    seen: set[tuple[str, str]] = set()
    for use, vault in ((each, one) for each in task.secrets for one in each.uses):
        reader = vault.name, use.identity.name if use.identity else default
        if reader in seen:
            message = f"{quoted(vault.name)} is given twice for the same identity."
            yield Mistake(message, "Name all the secrets that it reads in one entry.", use.path)
        seen.add(reader)


def _repeated_roles(task: TaskOutline) -> Iterator[Mistake]:
    default = next((one.name for one in task.identities if one.name != SYSTEM), SYSTEM)
    seen: set[tuple[str, ...]] = set()
    for use, scope in ((each, one) for each in task.roles for one in each.uses):
        content = (use.role.lower(), scope.name.lower(), use.identity.name if use.identity else default)
        if content in seen:
            message = f"The role {quoted(use.role)} is given twice on {quoted(scope.name)}."
            yield Mistake(message, "Leave one out; one condition may hold both.", use.path)
        seen.add(content)


# Targets


def _target_mistakes(spec: Mapping[str, Tree], section: str, called: Mapping[str, str]) -> Iterator[Mistake]:
    targets = mapping(spec.get(section))
    rule = TARGETS[section].rule
    for name, target in targets.items():
        path = (section, name)
        if section == "identities" and name.lower() == SYSTEM:
            yield Mistake(
                f"{quoted(name)} is kept for the task's own identity.", "Choose another name.", path, at_key=True
            )
        elif _whole_id(target) is None and not rule.holds(name):
            meant = called.get(name, "")
            fix = did_you_mean(meant) or rule.fix_for(name, ", or give the whole `id`")
            yield Mistake(rule.message(name), fix, path, at_key=True, nearest=meant)
    yield from _twins((section, name, _target_place(spec, name, target)) for name, target in targets.items())


def _whole_id(target: Tree) -> str | None:
    whole = target if isinstance(target, str) else mapping(target).get("id")
    return whole if isinstance(whole, str) else None


def _target_place(spec: Mapping[str, Tree], name: str, target: Tree) -> str:
    if whole := _whole_id(target):
        parts = whole.strip("/").split("/")
        return "/".join((*parts[1:4:2], parts[-1])).lower()
    own = mapping(target)
    group = [own.get(key) or spec.get(key) for key in ("subscription", "resource_group")]
    return f"{group[0]}/{group[1]}/{name}".lower()


def _twins(places: Iterator[tuple[str, str, str]]) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for section, name, place in places:
        if place in first:
            message = f"{quoted(name)} is the same resource as {quoted(first[place])}."
            yield Mistake(message, "Leave one out; Azure does not regard case.", (section, name), at_key=True)
        first.setdefault(place, name)


def _missing_defaults(spec: Mapping[str, Tree]) -> Iterator[Mistake]:
    for key in ("subscription", "resource_group"):
        needing = [
            quoted(name)
            for section in TARGETS
            for name, target in mapping(spec.get(section)).items()
            if _whole_id(target) is None and mapping(target).get(key) is None
        ]
        if needing and spec.get(key) is None:
            path: KeyPath = (key,) if key in spec else ()
            yield Mistake(f"There is no `{key}` for {listed(needing)}.", f"Add `{key}: …` to the spec.", path)
