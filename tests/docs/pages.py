"""The pages of the documentation as data: examples, links, headings and generated parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_GENERATED = re.compile(r"<!-- generated: (\S+) -->\n(.*?)<!-- end -->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. `output` is the text block that stands directly below a python block."""

    language: str
    content: str
    line: int
    output: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, by its path from the root of the project."""

    name: str

    @property
    def path(self) -> Path:
        return ROOT / self.name

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def fences(self) -> tuple[Fence, ...]:
        tokens = self._tokens()
        return tuple(_fence(token, following) for token, following in _with_next(tokens) if token.type == "fence")

    @property
    def links(self) -> tuple[str, ...]:
        inline = (child for token in self._tokens() for child in token.children or ())
        return tuple(str(child.attrs["href"]) for child in inline if child.type == "link_open")

    @property
    def anchors(self) -> frozenset[str]:
        pairs = _with_next(self._tokens())
        return frozenset(_slug(after.content) for token, after in pairs if token.type == "heading_open" and after)

    @property
    def generated(self) -> dict[str, str]:
        return {match[1]: match[2] for match in _GENERATED.finditer(self.text)}

    def console(self, command: str) -> str:
        """Return what the page shows below a command."""
        for fence in self.fences:
            for shown in commands_of(fence.content):
                if fence.language == "console" and shown.command == command:
                    return shown.output
        raise LookupError(f"{self.name} does not show `{command}`")

    def _tokens(self) -> list[Token]:
        return _MARKDOWN.parse(self.text)

    def __str__(self) -> str:
        return self.name


PAGES = tuple(
    Page(str(path.relative_to(ROOT)))
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A command of a console block and the output that the page shows below it."""

    command: str
    output: str


def commands_of(console: str) -> Iterator[Shown]:
    """Return the commands of a console block."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, output = part.replace("\\\n", "").partition("\n")
        yield Shown(command, output)


def _with_next(tokens: list[Token]) -> Iterator[tuple[Token, Token | None]]:
    return zip(tokens, [*tokens[1:], None], strict=True)


def _fence(token: Token, following: Token | None) -> Fence:
    language = token.info.strip()
    has_output = language == "python" and following is not None and following.type == "fence"
    shown = following.content if has_output and following and following.info.strip() == "text" else ""
    return Fence(language, token.content, token.map[0] + 1 if token.map else 0, shown)


def _slug(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower())
    return words.strip().replace(" ", "-")
