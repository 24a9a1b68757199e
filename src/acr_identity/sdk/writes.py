"""Changes to Azure. Each may be repeated, and none is a long-running operation."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, TypeVar, assert_never

from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient, models
from azure.mgmt.containerregistrytasks.models import Task, TaskPropertiesUpdateParameters, TaskUpdateParameters

from acr_identity.changes import (
    AnyChange,
    Change,
    CreateIdentity,
    CreateTask,
    CredentialChange,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    IdentityChange,
    RemoveCredential,
    ReplaceTask,
    SetCredential,
    TaskChange,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.errors import UnsafePlanError
from acr_identity.gateway import Learned
from acr_identity.ids import ArmId
from acr_identity.sdk.asker import Asker, Service
from acr_identity.sdk.clients import answered, complete
from acr_identity.sdk.convert.hidden import lost_by_writing
from acr_identity.sdk.convert.task_bodies import TaskBody
from acr_identity.sdk.convert.task_from_wire import task_from_wire
from acr_identity.sdk.convert.task_to_wire import (
    credential_patch,
    credential_removal,
    credential_secrets,
    secrets_of,
    task_patch,
    task_tags,
    task_to_create,
    task_to_replace,
)
from acr_identity.sdk.failures import Call, attempt, attempt_delete
from acr_identity.sdk.grants import GrantWriter
from acr_identity.sdk.identities import IdentityWriter
from acr_identity.state import Known, SystemIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azure.mgmt.containerregistrytasks.operations import TasksOperations

    from acr_identity.changes import RegistryCredential
    from acr_identity.state import LiveTask, Principals

complete(models)

_ChangeT = TypeVar("_ChangeT", bound=AnyChange)


class AzureWriter(IdentityWriter, GrantWriter):
    """Writes through the SDK. All of it may be called from several threads at once."""

    def make(self, changes: Sequence[Change], principals: Principals) -> Learned:
        """Make changes that share a request, with that request.

        Raises:
            AzureError: it was refused.
        """
        first = changes[0]
        if isinstance(first, IdentityChange):
            return self._make_identity_change(first)
        if isinstance(first, TaskChange):
            return self._make_task_change(first, principals)
        if isinstance(first, CredentialChange):
            return self._make_credential_changes(first, changes, principals)
        return self.make_grant_changes(first, changes, principals)

    def _make_identity_change(self, change: IdentityChange) -> Learned:
        match change:
            case CreateIdentity():
                return self.create_identity(change)
            case UpdateIdentity():
                self.update_identity(change)
            case DeleteIdentity():
                self.delete_identity(change.id)
            case _:
                assert_never(change)
        return Learned()

    def _make_task_change(self, change: TaskChange, principals: Principals) -> Learned:
        match change:
            case CreateTask():
                return _learned(self.create_task(change, principals))
            case UpdateTask():
                return _learned(self.update_task(change, principals))
            case ReplaceTask():
                return _learned(self.replace_task(change, principals))
            case EnableTask():
                self.enable_task(change, principals)
            case DeleteTask():
                self.delete_task(change.id)
            case _:
                assert_never(change)
        return Learned()

    def _make_credential_changes(
        self, first: CredentialChange, changes: Sequence[Change], principals: Principals
    ) -> Learned:
        match first:
            case SetCredential(task):
                credentials = [one.credential for one in _those(SetCredential, changes)]
                self.set_credentials(task, credentials, principals)
            case RemoveCredential(task):
                self.remove_credentials(task, [one.login_server for one in _those(RemoveCredential, changes)])
            case _:
                assert_never(first)
        return Learned()

    def create_task(self, change: CreateTask, principals: Principals) -> LiveTask:
        """Create a task with its credentials in one request (Tasks - Create). What exists is overwritten."""
        return self._put(Call("create task", str(change.id), secrets_of(change)), task_to_create(change, principals))

    def replace_task(self, change: ReplaceTask, principals: Principals) -> LiveTask:
        """Write a whole task anew (Tasks - Get Details, Tasks - Create): what the change does not name is kept.

        Raises:
            UnsafePlanError: the details hold secrets back, which would be lost; nothing is written.
        """
        id_ = change.id
        call = Call("replace task", str(id_), secrets_of(change))
        asker = Asker(self._connection, Service.TASKS)
        details = attempt(call, lambda: Task(json.loads(asker.ask_raw(str(id_), "listDetails", method="POST"))))
        body, lost = attempt(call, lambda: _written_anew(details, change, principals))
        if lost:
            raise UnsafePlanError(
                [f"writing task {id_.name} anew would lose what Azure does not show: {', '.join(lost)}"],
                advice="Nothing was written. Make this change by hand, or as somebody to whom Azure shows it.",
            )
        return self._put(call, body)

    def update_task(self, change: UpdateTask, principals: Principals) -> LiveTask:
        """Change parts of a task (Tasks - Update)."""
        return self._patch(Call("update task", str(change.id), secrets_of(change)), task_patch(change, principals))

    def enable_task(self, change: EnableTask, principals: Principals) -> None:
        """Set a task's status to enabled (Tasks - Update)."""
        body = TaskUpdateParameters(
            properties=TaskPropertiesUpdateParameters(status="Enabled"),
            tags=None if change.tags is None else task_tags(change.tags, change.remembers, principals),
        )
        self._patch(Call("enable task", str(change.id)), body)

    def set_credentials(self, task: ArmId, credentials: Sequence[RegistryCredential], principals: Principals) -> None:
        """Add or replace credentials of a task in one request (Tasks - Update): others are left alone."""
        call = Call("set credentials of task", str(task), credential_secrets(credentials))
        self._patch(call, credential_patch(credentials, principals))

    def remove_credentials(self, task: ArmId, login_servers: Sequence[str]) -> None:
        """Remove credentials of a task in one request (Tasks - Update): others are left alone."""
        self._patch(Call("remove credentials of task", str(task)), credential_removal(login_servers))

    def delete_task(self, task: ArmId) -> None:
        """Delete a task (Tasks - Delete); one that is gone is no error."""
        operations = self._tasks(task)
        attempt_delete(
            Call("delete task", str(task)),
            lambda: operations.delete(task.resource_group, task.parent.name, task.name),
        )

    def _tasks(self, task: ArmId) -> TasksOperations:
        return self._connection.client(ContainerRegistryTasksMgmtClient, task.subscription).tasks

    def _put(self, call: Call, body: Task) -> LiveTask:
        task = ArmId(call.resource)
        send = partial(self._tasks(task).create, task.resource_group, task.parent.name, task.name, body)
        return attempt(call, lambda: task_from_wire(task, answered(send, TaskBody), None))

    def _patch(self, call: Call, body: TaskUpdateParameters) -> LiveTask:
        task = ArmId(call.resource)
        place = (task.resource_group, task.parent.name, task.name)
        send = partial(self._tasks(task).update, *place, body, repeatable=True)
        return attempt(call, lambda: task_from_wire(task, answered(send, TaskBody), None))


def _those(kind: type[_ChangeT], changes: Sequence[Change]) -> list[_ChangeT]:
    return [change for change in changes if isinstance(change, kind)]


def _learned(task: LiveTask) -> Learned:
    principal = task.attached.system_principal_id
    return Learned({SystemIdentity(task.id): Known(principal)} if principal else {})


def _written_anew(details: Task, change: ReplaceTask, principals: Principals) -> tuple[Task, tuple[str, ...]]:
    read = details.as_dict()
    body = task_to_replace(details, change, principals)
    return body, lost_by_writing(read, body.as_dict())
