"""Lines of the agent's shell: the commands in them, each as words without their quotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_BLANK = " \t"
_ENDS = ";|&\n()"
_EXPANDED = "$`"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command.

    Args:
        text: without its quotes.
        offset: where it begins.
        is_known: whether the shell puts nothing else into it.
    """

    text: str
    offset: int
    is_known: bool = True


@dataclass(slots=True)
class _Reading:
    line: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    begin: int = -1
    is_known: bool = True

    def commands(self) -> Iterator[tuple[Word, ...]]:
        words: list[Word] = []
        while self.at < len(self.line):
            letter = self.line[self.at]
            is_redirection = letter == "&" and (self.line[self.at - 1 : self.at] in {"<", ">"} or self._sees_more())
            if not is_redirection and (letter in _BLANK or letter in _ENDS or (letter == "#" and self.begin < 0)):
                words += self._word()
                if letter in _ENDS:
                    yield tuple(words)
                    words = []
                if letter == "#":
                    end = self.line.find("\n", self.at)
                    self.at = len(self.line) if end < 0 else end
                    continue
                self.at += 1
                continue
            if self.begin < 0:
                self.begin = self.at
            self._letter(letter)
        words += self._word()
        yield tuple(words)

    def _sees_more(self) -> bool:
        return self.line.startswith(">", self.at + 1)

    def _word(self) -> Iterator[Word]:
        if self.begin >= 0:
            yield Word("".join(self.text), self.begin, self.is_known)
        self.text, self.begin, self.is_known = [], -1, True

    def _letter(self, letter: str) -> None:
        match letter:
            case "'":
                end = self.line.find("'", self.at + 1)
                self._take_quoted(end, self.line[self.at + 1 : end])
            case '"':
                self._take_double()
            case "\\":
                self.text.append(self.line[self.at + 1 : self.at + 2].replace("\n", ""))
                self.at += 2
            case _:
                self.is_known = self.is_known and letter not in _EXPANDED
                self.text.append(letter)
                self.at += 1

    def _take_quoted(self, end: int, text: str) -> None:
        if end < 0:  # the shell refuses the line
            self.is_known, self.at = False, len(self.line)
            return
        self.text.append(text)
        self.at = end + 1

    def _take_double(self) -> None:
        self.at += 1
        while self.at < len(self.line) and self.line[self.at] != '"':
            letter = self.line[self.at]
            if letter == "\\" and self.line[self.at + 1 : self.at + 2] in '"\\$`\n':
                self.at += 1
                letter = self.line[self.at : self.at + 1].replace("\n", "")
            else:
                self.is_known = self.is_known and letter not in _EXPANDED
            self.text.append(letter)
            self.at += 1
        self._take_quoted(self.at if self.at < len(self.line) else -1, "")


def commands_of(line: str) -> tuple[tuple[Word, ...], ...]:
    """Return the commands of a line, in their order, whatever joins them; what they redirect is left out.

    >>> [[word.text for word in command] for command in commands_of("echo 'a b' | docker login")]
    [['echo', 'a b'], ['docker', 'login']]
    """
    return tuple(filter(None, map(_without_redirections, _Reading(line).commands())))


def _without_redirections(command: tuple[Word, ...]) -> tuple[Word, ...]:
    kept: list[Word] = []
    skips = False
    for word in command:
        if skips:
            skips = False
            continue
        head = word.text.lstrip("0123456789&")
        if head[:1] in {"<", ">"}:
            skips = not head.lstrip("<>")
            continue
        kept.append(word)
    return tuple(kept)
