"""What the command `acr` asks a registry, and what it says when that refuses.

Source: github.com/Azure/acr-cli, internal/api. The words of a refusal: its issues.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from acr_identity.emulator.kernel.runner_port import Image, Refusal, Secret, Tag
from acr_identity.emulator.runner.commands import Flags
from acr_identity.emulator.runner.logins import Holder
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.steps.scene import Scene

_REQUEST_TIME = 0.2


class RefusedError(RunError):
    """A registry said no: its status and, as text, what the client makes of it."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one registry, with the login that the run has for it or that its flags give."""

    scene: Scene
    flags: Flags
    server: str

    def is_set(self, name: str) -> bool:
        """Say whether a switch is on."""
        return self.flags.last(name) == "true"

    def say(self, text: str) -> None:
        """Print."""
        self.scene.log.show(text)

    def holder(self) -> Holder:
        """Return whose login it is.

        Raises:
            RunError: there is none, or its password is wrong.
        """
        user, password = self.flags.last("-u", "--username"), self.flags.last("-p", "--password")
        if user or password:
            refusal = self.scene.surroundings.check_password(self.server, user, Secret(password))
            if refusal is not None:
                raise _refused("GetRepositories", ("registry", "catalog", "*"), refusal)
            return user
        holder = self.scene.daemon.logins.holder(self.server)
        if holder is None:
            raise RunError("unable to resolve authentication, missing identity token or password")
        return holder

    def repositories(self, holder: Holder) -> tuple[str, ...]:
        """Return the repositories.

        Raises:
            RefusedError: the login may not list them; so for tags.
        """
        self.scene.log.wait(_REQUEST_TIME)
        found = self.scene.surroundings.repositories(self.server, holder)
        if isinstance(found, Refusal):
            raise _refused("GetRepositories", ("registry", "catalog", "*"), found)
        return found

    def tags(self, repository: str, holder: Holder) -> tuple[Tag, ...]:
        """Return the tags of a repository, the newest first."""
        self.scene.log.wait(_REQUEST_TIME)
        found = self.scene.surroundings.tags(self.server, repository, holder)
        if isinstance(found, Refusal):
            raise _refused("GetAcrTags", ("repository", repository, "metadata_read"), found)
        return tuple(sorted(found, key=lambda tag: tag.age))

    def untag(self, repository: str, tag: Tag, holder: Holder) -> None:
        """Delete a tag.

        Raises:
            RefusedError: the login may not, or there is none.
        """
        self.scene.log.wait(_REQUEST_TIME)
        refusal = self.scene.surroundings.untag(self.server, repository, tag.name, holder)
        if refusal is not None:
            raise _refused("DeleteAcrTag", ("repository", repository, "delete"), refusal)
        self.scene.untagged.append(Image(self.server, repository, tag.name, tag.digest))


def _refused(operation: str, asked: tuple[str, str, str], refusal: Refusal) -> RefusedError:
    kind, name, action = asked
    detail = {"Action": action, "Name": name, "Type": kind}
    error = {"code": refusal.code, "detail": [detail], "message": refusal.message}
    details = json.dumps([{"errors": [error]}], separators=(",", ":"))
    text = (
        f"acr.BaseClient#{operation}: Failure responding to request: StatusCode={refusal.status} -- Original Error: "
        f'autorest/azure: Service returned an error. Status={refusal.status} Code="Unknown" '
        f'Message="Unknown service error" Details={details}'
    )
    return RefusedError(text, refusal.status)
