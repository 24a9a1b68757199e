"""Where a server keeps its files: in one folder beside the state."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from acr_identity.emulator.server.server_error import ServerError

FOLDER = ".acr_identity"
"""How the folder is called."""
LARGEST = 1 << 20
"""How many bytes a file of a server may have, the state aside."""


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of a server: its state, and the folder with its authority, its certificates and what clients need."""

    state: Path
    folder: Path

    @classmethod
    def beside(cls, state: Path) -> Places:
        """Return the places of a server with this state.

        >>> Places.beside(Path("/srv/emulator.json")).folder.as_posix()
        '/srv/.acr_identity'
        >>> Places.beside(Path("/srv/.acr_identity/emulator.json")).folder.as_posix()
        '/srv/.acr_identity'
        """
        absolute = Path(os.path.abspath(state))  # noqa: PTH100 - `resolve` would leave the folder of a symbolic link
        parent = absolute.parent
        return cls(absolute, parent if parent.name == FOLDER else parent / FOLDER)

    @property
    def authority_key(self) -> Path:
        """Return the private key of the certificate authority."""
        return self.folder / "authority.key"

    @property
    def authority(self) -> Path:
        """Return the certificate of the authority: the file that clients are told to trust."""
        return self.folder / "authority.pem"

    @property
    def certificates(self) -> Path:
        """Return the folder of the certificates that the authority has signed, with their keys."""
        return self.folder / "certificates"

    @property
    def signing_key(self) -> Path:
        """Return the private key that signs tokens."""
        return self.folder / "signing.key"

    @property
    def control(self) -> Path:
        """Return what tells other commands how to reach the server."""
        return self.folder / f"{self.state.stem}.server.json"

    @property
    def cloud(self) -> Path:
        """Return the cloud file for `acr-identity --cloud`."""
        return self.folder / f"{self.state.stem}.cloud.yaml"

    def az(self, way: str) -> Path:
        """Return the folder in which `az` keeps its settings and logins for one way to the emulator."""
        return self.folder / f"az-{way}"

    def make(self) -> None:
        """Make the folders. Git is told to leave them alone, because they hold keys.

        Raises:
            ServerError: they cannot be made.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.folder, self.certificates):
                folder.mkdir(mode=0o700, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                write_whole(ignore, b"*\n")
        except OSError as error:
            message = f"{self.folder} cannot be made ({type(error).__name__})"
            raise ServerError(message, "give another path with --state") from error


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once by one that only its owner may read."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
