"""What a change sets: as lines for people, and as data for JSON. Secrets stand as `(secret)` in both.

As data every change has the keys `kind`, `key`, `action`, `title`, `target`, `reason`, `fields` and `details`, in this
order; which keys `details` has depends on the kind. A principal is `{"principal_id": …, "client_id": …}`, or
`{"known_after_apply": KEY}` with the key of the change that brings it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    CreateIdentity,
    CreateTask,
    CredentialChange,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    IdentityChange,
    KnownAfterApply,
    MarkRoleAssignment,
    MarkVault,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    TaskChange,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.ids import is_memory
from acr_identity.plan.repositories import repositories_in
from acr_identity.render.differences import difference_data, difference_lines
from acr_identity.render.settings_lines import settings_lines
from acr_identity.render.state_data import settings_data, source_data, tags_data
from acr_identity.render.titles import change_title
from acr_identity.render.words import credential_words, identity_words, principal_words
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acr_identity.changes import Change, GrantChange, Grantee, RegistryCredential, SourceLogin, StatedIdentities
    from acr_identity.render.document import Line
    from acr_identity.render.to_json import Json
    from acr_identity.state import Tags, TaskIdentity


def change_details(change: Change) -> tuple[Line, ...]:
    """Return what a change sets, one line for each thing: `scope: /subscriptions/…`, `tags.env: a -> b`."""
    return _content(change).lines


def change_data(change: Change) -> dict[str, Json]:
    """Return a change as data; `target` is the id of the resource that it writes to."""
    return {
        "kind": change.kind.name,
        "key": change.key,
        "action": change.action.value,
        "title": change_title(change),
        "target": change.target,
        "reason": change.reason,
        "fields": [difference_data(each) for each in change.differences],
        "details": _content(change).data,
    }


def identity_data(identity: TaskIdentity) -> Json:
    """Return which identity is meant: by the task that has it, or by its own id."""
    match identity:
        case SystemIdentity(task):
            return {"kind": "system", "task": str(task)}
        case UserIdentity(id_):
            return {"kind": "user", "id": str(id_)}
        case _:
            assert_never(identity)


@dataclass(frozen=True, slots=True)
class _Content:
    """The same for people and for programs."""

    lines: tuple[Line, ...]
    data: dict[str, Json] = field(default_factory=dict)


def _content(change: Change) -> _Content:
    if isinstance(change, IdentityChange):
        return _identity_content(change)
    if isinstance(change, TaskChange):
        return _task_content(change)
    if isinstance(change, CredentialChange):
        return _credential_content(change)
    return _grant_content(change)


def _identity_content(change: IdentityChange) -> _Content:
    match change:
        case CreateIdentity():
            data: dict[str, Json] = {"location": change.location, "tags": tags_data(change.tags)}
            return _Content((_id(change), f"location: {change.location}", *_tag_lines(change.tags)), data)
        case UpdateIdentity():
            return _Content((_id(change), *_differing(change)), {"tags": tags_data(change.tags)})
        case DeleteIdentity():
            return _Content((_id(change),))
        case _:
            assert_never(change)


def _task_content(change: TaskChange) -> _Content:
    match change:
        case CreateTask():
            return _new_task(change)
        case UpdateTask():
            return _updated_task(change)
        case ReplaceTask():
            return _replaced_task(change)
        case EnableTask():
            return _Content((_id(change),), {"tags": _tags_or_none(change.tags)})
        case DeleteTask():
            return _Content((_id(change),))
        case _:
            assert_never(change)


def _credential_content(change: CredentialChange) -> _Content:
    match change:
        case SetCredential(task, credential, replaces):
            return _Content(
                (f"task: {task}", f"signs in with: {credential_words(credential)}"),
                {"credential": _credential(credential), "replaces": replaces},
            )
        case RemoveCredential(task, server):
            return _Content((f"task: {task}",), {"login_server": server})
        case _:
            assert_never(change)


def _grant_content(change: GrantChange) -> _Content:
    match change:
        case AssignRole():
            return _assigned_role(change)
        case RemoveRoleAssignment(id_, scope, role_name, identity):
            return _Content(
                (f"scope: {scope}", f"role assignment: {id_}"),
                {"role": role_name, "identity": identity_data(identity), "role_assignment": id_},
            )
        case AddVaultAccess(vault, tenant, grantee):
            return _Content(
                (f"vault: {vault}", f"principal: {principal_words(grantee)}"),
                {"tenant_id": tenant, **_grantee(grantee)},
            )
        case RemoveVaultAccess(vault, tenant, principal, identity):
            ids: Json = {"principal_id": principal, "client_id": None}
            return _Content(
                (f"vault: {vault}", f"principal: {principal}"),
                {"tenant_id": tenant, "identity": identity_data(identity), "principal": ids},
            )
        case MarkRoleAssignment(id_, scope, role, grantee):
            return _Content(
                (f"scope: {scope}", f"role assignment: {id_}", *_differing(change)),
                {"role": role.title, **_grantee(grantee), "role_assignment": id_, "description": change.description},
            )
        case MarkVault(vault, tags=tags, marks=marks):
            tagged = [{**_grantee(one.grantee), "specs": sorted(one.mark.specs)} for one in marks]
            return _Content((f"vault: {vault}",), {"marks": tagged, "other_tags": tags_data(tags)})
        case _:
            assert_never(change)


def _assigned_role(change: AssignRole) -> _Content:
    return _Content(
        (
            f"scope: {change.scope}",
            *_condition_lines(change),
            f"principal: {principal_words(change.grantee)}",
        ),
        {
            "role": change.role.title,
            **_grantee(change.grantee),
            "description": change.description,
            "condition": change.condition or None,
        },
    )


def _condition_lines(change: AssignRole) -> Iterator[str]:
    if change.condition:
        where = repositories_in(change.role, change.condition)
        yield f"repositories: {', '.join(where)}" if where else f"condition: {change.condition}"


def _new_task(change: CreateTask) -> _Content:
    return _Content(
        (_id(change), *_new_task_lines(change)),
        {
            "location": change.location,
            "settings": settings_data(change.settings),
            "system_identity": change.system,
            "user_identities": [str(user) for user in change.users],
            "logs_in_as": _source(change.source),
            "credentials": [_credential(credential) for credential in change.credentials],
            "tags": tags_data(change.tags),
        },
    )


def _source(source: SourceLogin | None) -> Json:
    return None if source is None or source.identity is None else _grantee(source.identity)


def _new_task_lines(change: CreateTask) -> Iterator[str]:
    yield f"location: {change.location}"
    yield from settings_lines(change.settings)
    if change.system:
        yield "identity: system"
    yield from (f"identity: {user.name}" for user in change.users)
    if change.source is not None and change.source.identity is not None:
        yield f"login to the own registry: {identity_words(change.source.identity)}"
    for credential in change.credentials:
        yield f"credential: {credential.login_server}, {credential_words(credential)}"
    yield from _tag_lines(change.tags)


def _updated_task(change: UpdateTask) -> _Content:
    return _Content(
        (_id(change), *_differing(change)),
        {
            "settings": settings_data(change.settings),
            **_stated(change.identities),
            "source_identity": change.source_identity or None,
            "logs_in_as": _source(change.source),
            "tags": _tags_or_none(change.tags),
        },
    )


def _replaced_task(change: ReplaceTask) -> _Content:
    whole = "the whole task is read and written anew; what is not named here stays"
    return _Content(
        (_id(change), *_differing(change), whole),
        {
            "settings": settings_data(change.settings),
            **_stated(change.identities),
            "logs_in_as": _source(change.source),
            "credentials": [_credential(credential) for credential in change.credentials],
            "tags": tags_data(change.tags),
        },
    )


def _id(change: Change) -> str:
    return f"id: {change.target}"


def _differing(change: Change) -> tuple[Line, ...]:
    shown = [each for each in change.differences if not is_memory(each.path.removeprefix("tags."))]
    lines = tuple(difference_lines(shown))
    return lines if len(shown) == len(change.differences) else (*lines, "tags: what is remembered of our work in it")


def _tag_lines(tags: Tags) -> Iterator[str]:
    return (f"tag: {name} = {text}" for name, text in tags if not is_memory(name))


def _tags_or_none(tags: Tags | None) -> Json:
    return None if tags is None else tags_data(tags)


def _stated(identities: StatedIdentities | None) -> dict[str, Json]:
    return {
        "system_identity": identities.system if identities else None,
        "user_identities": [str(user) for user in identities.users] if identities else None,
        "detached_identities": [str(user) for user in identities.detached] if identities else None,
    }


def _credential(credential: RegistryCredential) -> Json:
    by = _grantee(credential.identity) if credential.identity else {"identity": None, "principal": None}
    return {
        "login_server": credential.login_server,
        **by,
        "user_name": source_data(credential.user_name),
        "password": source_data(credential.password),
    }


def _grantee(grantee: Grantee) -> dict[str, Json]:
    return {"identity": identity_data(grantee.identity), "principal": _principal(grantee.ids)}


def _principal(ids: Known | KnownAfterApply) -> Json:
    match ids:
        case Known(principal_id, client_id):
            return {"principal_id": principal_id, "client_id": client_id or None}
        case KnownAfterApply(change):
            return {"known_after_apply": change}
        case _:
            assert_never(ids)
