"""Control requests to a server that runs, found by its control file."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from acr_identity.emulator.files import read_file
from acr_identity.emulator.server.control import PREFIX
from acr_identity.emulator.server.control_file import ControlFile, read_control
from acr_identity.emulator.server.messages import Account, RequestLog, Status
from acr_identity.emulator.server.places import LARGEST, Places
from acr_identity.emulator.server.server_error import ServerError
from acr_identity.emulator.state_file import StateFile, StateFileError

_SECONDS = 10.0
MessageT = TypeVar("MessageT", bound=BaseModel)


class _Reason(BaseModel):
    message: str


class _Refusal(BaseModel):
    error: _Reason


class Client:
    """Controls the server of a state.

    Each method raises `ServerError` when none runs; that a control file was left behind by one that was killed makes no
    difference.
    """

    def __init__(self, places: Places) -> None:
        self.places = places

    def status(self) -> Status:
        """Return where it is and what it has done."""
        return self._ask("GET", "status", Status)

    def status_if_running(self) -> Status | None:
        """Return the same, or `None` when no server runs or none answers."""
        with contextlib.suppress(ServerError):
            return self.status()
        return None

    def account(self) -> Account:
        """Return whom to sign in as."""
        return self._ask("GET", "account", Account)

    def requests(self) -> RequestLog:
        """Return the requests that it answered."""
        return self._ask("GET", "requests", RequestLog)

    def reset(self) -> Status:
        """Let it begin anew."""
        return self._ask("POST", "reset", Status)

    def stop(self) -> Status:
        """End it, and return when it has given its state back.

        Raises:
            ServerError: none runs, or it does not end in ten seconds.
        """
        status = self._ask("POST", "stop", Status)
        try:
            with StateFile(self.places.state, timeout=_SECONDS):
                return status
        except StateFileError as error:
            raise ServerError(f"the emulator (pid {status.pid}) does not end", "end that process") from error

    def _ask(self, method: str, name: str, message: type[MessageT]) -> MessageT:
        control = read_control(self.places)
        if control is None:
            raise self._nobody()
        try:
            status, body = self._exchange(control, method, name)
        except ConnectionRefusedError as error:
            raise self._nobody() from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise _unreached(error, control, self.places) from error
        try:
            if status == HTTPStatus.OK:
                return message.model_validate_json(body)
            if status == HTTPStatus.INTERNAL_SERVER_ERROR:
                refused = _Refusal.model_validate_json(body).error
                raise ServerError(refused.message, "see that the file can be written, and ask again")
        except ValidationError as error:
            raise ServerError("the server that answers is another version", "end it and start it anew") from error
        raise self._nobody()

    def _exchange(self, control: ControlFile, method: str, name: str) -> tuple[int, bytes]:
        authority = read_file(self.places.authority, LARGEST).decode("ascii", "ignore")
        context = ssl.create_default_context(cadata=authority or "none")
        # An address that is not the usual one of the loopback is in no certificate; that the own authority signed it
        # proves enough.
        context.check_hostname = False
        headers = {"Host": "localhost", "Authorization": f"Bearer {control.token}"}
        connection = http.client.HTTPSConnection(control.host, control.port, timeout=_SECONDS, context=context)
        with contextlib.closing(connection):
            connection.request(method, f"{PREFIX}{name}", headers=headers)
            response = connection.getresponse()
            return response.status, response.read()

    def _nobody(self) -> ServerError:
        return ServerError(
            f"no emulator runs with the state {self.places.state}",
            "start one with `acr-identity emulator start`, or name its state with --state",
        )


def _unreached(
    error: OSError | ValueError | http.client.HTTPException, control: ControlFile, places: Places
) -> ServerError:
    place = f"{control.host}:{control.port}"
    match error:
        case TimeoutError():
            return ServerError(f"the emulator (pid {control.pid}) does not answer", "end that process")
        case ssl.SSLError():
            message = f"what answers at {place} does not show a certificate of {places.authority}"
        case _:
            message = f"the emulator at {place} cannot be asked ({type(error).__name__})"
    return ServerError(message, f"end the emulator (pid {control.pid}) if it still runs, and start it anew")
