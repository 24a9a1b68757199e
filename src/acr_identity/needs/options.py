"""Options of docker's commands: which of them take a value, and what is left when they are taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from acr_identity.needs.shell import Word

RUN_SWITCHES = frozenset({
    "-d", "--detach", "-i", "--interactive", "-t", "--tty", "--rm", "--privileged", "--init", "--read-only",
    "--no-healthcheck", "--oom-kill-disable", "--sig-proxy", "--disable-content-trust", "-P", "--publish-all", "-q",
    "--quiet", "--help",
})  # fmt: skip
"""The options of `docker run` that take no value."""
BUILD_SWITCHES = frozenset({
    "--pull", "--no-cache", "--rm", "--force-rm", "--squash", "--compress", "--quiet", "-q", "--stream", "--load",
    "--push", "--disable-content-trust", "--help", "-D", "--debug", "--check",
})  # fmt: skip
"""The options of `docker build` and `docker buildx build` that take no value."""
PULL_SWITCHES = frozenset({"-a", "--all-tags", "-q", "--quiet", "--disable-content-trust", "--help"})
"""The options of `docker pull` and `docker push` that take no value."""
LOGIN_SWITCHES = frozenset({"--password-stdin", "--help"})
"""The options of `docker login` that take no value."""
GLOBAL_SWITCHES = frozenset({"-D", "--debug", "--tls", "--tlsverify", "-v", "--version", "--help"})
"""The options before docker's command that take no value."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The words behind a command, apart.

    Args:
        options: names and values; a switch has an empty one.
        rest: all from the first word on that belongs to no option, in their order.
    """

    options: tuple[tuple[str, Word], ...]
    rest: tuple[Word, ...]

    def all(self, *names: str) -> tuple[Word, ...]:
        """Return the values of an option that can be given several times."""
        return tuple(value for name, value in self.options if name in names)

    def last(self, *names: str) -> Word | None:
        """Return the value of an option of which the last one counts."""
        return next((value for name, value in reversed(self.options) if name in names), None)


def parse(words: Sequence[Word], switches: frozenset[str], *, until_first: bool = False) -> Arguments:
    """Take the options off; `until_first` says that what follows the first other word is not docker's own."""
    options: list[tuple[str, Word]] = []
    rest: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.text.startswith("-") or word.text == "-":
            rest.append(word)
            if until_first:
                break
            continue
        if word.text == "--":
            break
        name, equals, value = word.text.partition("=")
        is_short = not name.startswith("--")
        if equals:
            options.append((name, Word(value, word.offset, word.is_known)))
        elif name in switches or (is_short and all(f"-{letter}" in switches for letter in name[1:])):
            options += (
                [(f"-{letter}", Word("", word.offset)) for letter in name[1:]]
                if is_short
                else [(name, Word("", word.offset))]
            )
        elif is_short and len(name) > 2:  # noqa: PLR2004 - a dash and a letter, and the value right behind it
            options.append((name[:2], Word(word.text[2:], word.offset, word.is_known)))
        elif at < len(words):
            options.append((name, words[at]))
            at += 1
    return Arguments(tuple(options), (*rest, *words[at:]))
