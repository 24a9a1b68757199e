"""The file by which other commands find a server that runs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acr_identity.emulator.files import read_file
from acr_identity.emulator.server.places import LARGEST, Places, write_whole
from acr_identity.emulator.server.server_error import ServerError


class ControlFile(BaseModel):
    """Where a server is and what proves that one may control it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    pid: int
    host: str
    port: int = Field(ge=1, le=65535)
    token: str = Field(repr=False)


def write_control(places: Places, content: ControlFile) -> None:
    """Replace the control file of a server. Only its owner may read it."""
    write_whole(places.control, content.model_dump_json().encode())


def remove_control(places: Places) -> None:
    """Remove the control file of a server that ends."""
    places.control.unlink(missing_ok=True)


def read_control(places: Places) -> ControlFile | None:
    """Return the control file of a server, `None` when there is none.

    Raises:
        ServerError: it cannot be read, or is something else.
    """
    try:
        return ControlFile.model_validate_json(read_file(places.control, LARGEST))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        message = f"{places.control} is no control file of an emulator ({type(error).__name__})"
        raise ServerError(message, "stop the emulator, if one runs, and delete the file") from error
