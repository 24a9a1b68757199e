"""Changes of user-assigned identities."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from azure.mgmt.msi.v2024_11_30 import ManagedServiceIdentityClient
from azure.mgmt.msi.v2024_11_30.models import Identity, IdentityUpdate

from acr_identity.errors import AzureError, ConflictError
from acr_identity.gateway import Learned
from acr_identity.ids import MARK_TAG, USED, is_record
from acr_identity.sdk.clients import put_answered
from acr_identity.sdk.convert.bodies import IdentityBody
from acr_identity.sdk.convert.resources import identity_from_wire
from acr_identity.sdk.failures import Call, attempt, attempt_delete
from acr_identity.sdk.reads import AzureReader
from acr_identity.state import Known, UserIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azure.mgmt.msi.v2024_11_30.operations import UserAssignedIdentitiesOperations

    from acr_identity.changes import CreateIdentity, UpdateIdentity
    from acr_identity.ids import ArmId
    from acr_identity.sdk.clients import Connection
    from acr_identity.state import Tags

_FAULTS = 500


def _without_claims(tags: Tags) -> Iterator[tuple[str, str]]:
    """Yield the tags without what says that the identity is ours; what it was given stays remembered."""
    for name, value in tags:
        left = " ".join(sign for sign in value.split() if sign != USED) if is_record(name) else value
        if name.lower() != MARK_TAG and (left or not is_record(name)):
            yield name, left


class IdentityWriter(AzureReader):
    """Writes identities through the SDK. All of it may be called from several threads at once."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._perhaps_made: set[ArmId] = set()

    def create_identity(self, change: CreateIdentity) -> Learned:
        """Create a user-assigned identity (User Assigned Identities - Create Or Update).

        Where there is one already, it gets the tags of the change, but not our mark: it is not ours to delete. One that
        this gateway has made before, or perhaps has, is ours.

        Raises:
            ConflictError: somebody else has made it, and our mark cannot be taken off it.
        """
        operations = self._identities(change.id)
        body = Identity(location=change.location, tags=dict(change.tags))
        send = partial(operations.create_or_update, change.id.resource_group, change.id.name, body)
        try:
            answer = attempt(Call("create identity", str(change.id)), lambda: put_answered(send, IdentityBody))
        except AzureError as error:
            if error.status == 0 or error.status >= _FAULTS:
                self._perhaps_made.add(change.id)
            raise
        if not answer.found:
            self._perhaps_made.add(change.id)
        elif change.id not in self._perhaps_made:
            self._disown(change)
        live = identity_from_wire(answer.body, change.id)
        return Learned({UserIdentity(change.id): Known(live.principal_id, live.client_id)}, found=answer.found)

    def _disown(self, change: CreateIdentity) -> None:
        kept = tuple(_without_claims(change.tags))
        if kept == change.tags:
            return
        try:
            self._set_tags(change.id, kept)
        except AzureError as error:
            raise ConflictError(
                f"identity {change.id.name} was created by somebody else since the plan was made, and got our mark",
                operation=error.operation,
                resource=error.resource,
                status=error.status,
                code=error.code,
                request_id=error.request_id,
                advice=f"Take the tag {MARK_TAG} off it, or `destroy` deletes it; then plan again.",
            ) from error

    def update_identity(self, change: UpdateIdentity) -> None:
        """Set the tags of a user-assigned identity (User Assigned Identities - Update)."""
        self._set_tags(change.id, change.tags)

    def delete_identity(self, identity: ArmId) -> None:
        """Delete a user-assigned identity (User Assigned Identities - Delete); one that is gone is no error."""
        operations = self._identities(identity)
        attempt_delete(
            Call("delete identity", str(identity)),
            lambda: operations.delete(identity.resource_group, identity.name),
        )

    def _set_tags(self, identity: ArmId, tags: Tags) -> None:
        body = IdentityUpdate(tags=dict(tags))
        send = partial(self._identities(identity).update, identity.resource_group, identity.name, body)
        attempt(Call("update identity", str(identity)), lambda: send(repeatable=True))

    def _identities(self, identity: ArmId) -> UserAssignedIdentitiesOperations:
        client = self._connection.client(ManagedServiceIdentityClient, identity.subscription)
        return client.user_assigned_identities
