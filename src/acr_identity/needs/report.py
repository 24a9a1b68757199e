"""What a reader has found so far, with the place of each thing in the file that it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from acr_identity.needs.codes import Code
from acr_identity.needs.holes import Holes, has_hole, shown
from acr_identity.needs.images import full_name, image_of, is_image
from acr_identity.needs.traced import Lines, Traced
from acr_identity.needs.values import At, Delete, Fault, Image, Need, Needs, Pull, Push, Unseen
from acr_identity.spec.mistakes import quoted
from acr_identity.spec.places import Place

_VARIABLE = re.compile(r"\$\w*")
ALIASES_SINCE = "v1.1.0"
"""The version of a task file from which on aliases are replaced."""


@dataclass(slots=True)
class Report:
    """What was found in a file.

    Args:
        file: its name.
        lines: the lines of its text as it is on disk.
        text: its text as it is read, with the origin of each character.
        holes: why the values in that text that are not known are not.
        local: the full names of the images that the agent has.
    """

    file: str
    lines: Lines
    text: Traced
    holes: Holes
    needs: list[Need] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    local: set[str] = field(default_factory=set)

    def at(self, offset: int, text: Traced | None = None) -> At:
        """Return the place in the source of what stands at this offset of the text that is read, or of another one."""
        return At(self.file, self.lines.place((text or self.text).origin(offset)))

    def fault(self, code: Code, message: str, fix: str, at: At) -> None:
        """Say what a run will refuse or misread."""
        self.faults.append(Fault(code.value, message, fix, at))

    def hide(self, reason: str, at: At, servers: tuple[str, ...] = ()) -> None:
        """Say that something is not seen."""
        self.unseen.append(Unseen(reason, at, servers))

    def have(self, name: str) -> None:
        """Note that the agent has an image of this name from now on."""
        self.local.add(full_name(name))

    def use(self, name: str, at: At, *, is_known: bool = True) -> None:
        """Say that an image is used: it is pulled if the agent has none of its name."""
        if full_name(name) not in self.local:
            self.pull(name, at, is_known=is_known)

    def pull(self, name: str, at: At, *, is_known: bool = True) -> None:
        """Say that an image is pulled."""
        if image := self._image(name, at, is_known=is_known):
            self.needs.append(Pull(image, at))
            self.have(name)

    def push(self, name: str, at: At, *, is_known: bool = True) -> None:
        """Say that an image is pushed."""
        if image := self._image(name, at, is_known=is_known):
            self.needs.append(Push(image, at))

    def delete(self, image: Image, at: At) -> None:
        """Say that images of a repository are deleted."""
        self.needs.append(Delete(image, at))

    def _image(self, name: str, at: At, *, is_known: bool) -> Image | None:
        if not name or not is_known:
            self.hide("the shell of the agent makes the name of the image", at)
            return None
        if variable := _VARIABLE.search(name):
            message = f"{quoted(shown(name))} is no name of an image: {variable[0]} is no alias here."
            self.fault(Code.ALIAS, message, f"Aliases need `version: {ALIASES_SINCE}`, and one is replaced once.", at)
            return None
        if not is_image(name):
            message = f"{quoted(shown(name))} is no name of an image."
            self.fault(Code.IMAGE, message, "Write HOST/REPOSITORY:TAG, the repository in lower case.", at)
            return None
        image = image_of(name)
        if image is None:
            self.hide(f"the registry of {quoted(shown(name))} is not known: {self.holes.why(name)}", at)
        return image

    def result(self) -> Needs:
        """Return all that was found, in the order of its places, each thing once."""
        return Needs(
            tuple(sorted(dict.fromkeys(self.needs), key=self._order)),
            tuple(sorted(dict.fromkeys(self.unseen), key=self._order)),
            tuple(sorted(dict.fromkeys(self.faults), key=self._order)),
            tuple(dict.fromkeys(self.logins)),
        )

    def _order(self, found: Need | Unseen | Fault) -> tuple[bool, str, Place]:
        return (found.at.file != self.file, found.at.file, found.at.place)


def is_login_server(text: str) -> bool:
    """Say whether a text is the host of a container registry of Azure.

    >>> is_login_server("mybaseregistry.azurecr.io"), is_login_server("node:22")
    (True, False)
    """
    name, dot, suffix = text.partition(".")
    return bool(name and dot) and suffix.startswith("azurecr.") and "/" not in suffix and not has_hole(text)
