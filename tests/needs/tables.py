"""Tables of files and what is read of them, as texts that people can read.

A block begins with `# STATEMENT`. Then come the values (`= NAME VALUE`; one without a value is secret), other settings,
the lines of the file (`| LINE`), and what is expected of it (`> LINE`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Case:
    """A block of a table."""

    statement: str
    values: dict[str, str | None] = field(default_factory=dict)
    settings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.statement

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def cases(name: str) -> list[Case]:
    """Return the blocks of a table beside this file."""
    found: list[Case] = []
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        match mark:
            case "#":
                found.append(Case(rest))
            case "=":
                key, given, value = rest.partition(" ")
                found[-1].values[key] = value if given else None
            case "|":
                found[-1].lines.append(rest)
            case ">":
                found[-1].expected.append(rest)
            case "":
                pass
            case _:
                found[-1].settings.append(line)
    return found
