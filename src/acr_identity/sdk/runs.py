"""Runs of tasks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient
from pydantic import SecretStr

from acr_identity.errors import AzureError
from acr_identity.sdk.asker import Asker, Page, Service
from acr_identity.sdk.clients import Connected, answered
from acr_identity.sdk.convert.bodies import LogBody, RunBody
from acr_identity.sdk.convert.runs import run_from_wire, run_request
from acr_identity.sdk.failures import Call, attempt, attempt_read
from acr_identity.sdk.logs import read_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.ids import ArmId
    from acr_identity.state import LiveRun, LogChunk, Value

_MAY_HAVE_ENDED = frozenset({400, 409})
_RUNS = Page[RunBody]


class AzureRunner(Connected):
    """Runs tasks through the SDK, and reads their logs."""

    def schedule(self, task: ArmId, values: Sequence[Value]) -> LiveRun:
        """Queue a run of a task (Registries - Schedule Run). It is not sent twice if the service has a fault."""
        registry = task.parent
        operations = self._connection.client(ContainerRegistryTasksMgmtClient, task.subscription).registries
        secrets = tuple(each.value.get_secret_value() for each in values if isinstance(each.value, SecretStr))
        send = partial(operations.schedule_run, registry.resource_group, registry.name, run_request(task, values))
        return attempt(Call("run task", str(task), secrets), lambda: run_from_wire(registry, answered(send, RunBody)))

    def run(self, registry: ArmId, run_id: str) -> LiveRun | None:
        """Read one run (Runs - Get)."""
        asker = Asker(self._connection, Service.TASKS)
        return attempt_read(
            Call("read run", f"{registry}/runs/{run_id}"),
            lambda: run_from_wire(registry, asker.ask(RunBody, str(registry), "runs", run_id)),
        )

    def latest_run(self, task: ArmId) -> LiveRun | None:
        """Read the newest run of a task (Runs - List, which has the newest first)."""
        asker, registry = Asker(self._connection, Service.TASKS), task.parent
        name = task.name.replace("'", "''")
        query = urlencode({"$filter": f"TaskName eq '{name}'", "$top": 1}, safe="$", quote_via=quote)

        def newest() -> LiveRun | None:
            found = asker.ask(_RUNS, str(registry), "runs", query=query).value
            return run_from_wire(registry, found[0]) if found else None

        return attempt_read(Call("list the runs of task", str(task)), newest)

    def cancel(self, registry: ArmId, run_id: str) -> None:
        """Ask a run to end (Runs - Cancel). That it has ended already is no error, whatever the service says to it."""
        try:
            self._cancel(registry, run_id)
        except AzureError as error:
            if error.status not in _MAY_HAVE_ENDED or not self._has_ended(registry, run_id):
                raise

    def _cancel(self, registry: ArmId, run_id: str) -> None:
        operations = self._connection.client(ContainerRegistryTasksMgmtClient, registry.subscription).runs
        attempt(
            Call("cancel run", f"{registry}/runs/{run_id}"),
            lambda: operations.cancel(registry.resource_group, registry.name, run_id, repeatable=True),
        )

    def _has_ended(self, registry: ArmId, run_id: str) -> bool:
        run = self.run(registry, run_id)
        return run is not None and run.is_final

    def log_address(self, registry: ArmId, run_id: str) -> str:
        """Return the signed address of a run's log (Runs - Get Log Sas Url). It is a secret."""
        asker = Asker(self._connection, Service.TASKS)

        def address() -> str:
            place = (str(registry), "runs", run_id, "listLogSasUrl")
            link = asker.ask(LogBody, *place, method="POST").log_link
            if not link:
                raise ValueError("there is no address of a log in the answer")
            return link

        return attempt(Call("find the log of run", f"{registry}/runs/{run_id}"), address)

    def read_log(self, address: str, offset: int) -> LogChunk:
        """Read what a log has behind an offset in bytes (Blob service, Get Blob)."""
        return read_log(self._connection.logs, address, offset)
