"""How much a run may make of its texts. Where the real runner would go on for long, an emulated run ends."""

from __future__ import annotations

from acr_identity.emulator.runner.run_errors import RunError

_MOST_CHARACTERS = 1 << 22
_MOST_NODES = 400_000


class Budget:
    """What is left of the characters that templates, aliases and variables may make."""

    def __init__(self) -> None:
        self._left = _MOST_CHARACTERS

    def spend(self, characters: int) -> None:
        """Take some away.

        Raises:
            RunError: There are not as many left.
        """
        self._left -= characters
        if self._left < 0:
            raise RunError("the text is too long for this emulator")


class NodeCount:
    """Counts the nodes of a document that are read. An alias is read again each time that it is named."""

    def __init__(self) -> None:
        self._read = 0

    def add(self, nodes: int = 1) -> None:
        """Count some more.

        Raises:
            RunError: They are very many: in the words of yaml.v2, which has about the same limit.
        """
        self._read += nodes
        if self._read > _MOST_NODES:
            raise RunError("yaml: document contains excessive aliasing")
