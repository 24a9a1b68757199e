"""Commands of steps: which images they run, and what docker on the agent pulls, pushes, and deletes for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from acr_identity.needs.builds import Dockerfiles, read_build
from acr_identity.needs.holes import has_hole, shown
from acr_identity.needs.images import DOCKER_HUB
from acr_identity.needs.options import GLOBAL_SWITCHES, LOGIN_SWITCHES, PULL_SWITCHES, RUN_SWITCHES, parse
from acr_identity.needs.report import Report
from acr_identity.needs.shell import Word, commands_of
from acr_identity.needs.values import At, Image
from acr_identity.spec.mistakes import quoted

DOCKER = "docker"
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_NO_REGISTRY = frozenset({
    "attach", "cp", "diff", "events", "exec", "export", "help", "history", "images", "import", "info", "inspect",
    "kill", "load", "logout", "logs", "network", "pause", "port", "ps", "rename", "restart", "rm", "rmi", "save",
    "start", "stats", "stop", "system", "tag", "top", "unpause", "update", "version", "volume", "wait",
})  # fmt: skip
"""The commands of docker that ask no registry for anything."""
_HARMLESS = frozenset({
    "", "cat", "cd", "date", "echo", "env", "exit", "export", "false", "grep", "head", "jq", "ls", "mkdir", "printf",
    "pwd", "sed", "set", "sleep", "sort", "tail", "test", "touch", "tr", "true", "wc", "which",
})  # fmt: skip
"""Programs that ask no registry and no vault for anything."""
_WRAPPERS = frozenset({"!", "{", "do", "else", "exec", "if", "then", "time", "while", "until"})
_TOOLS = ("mcr.microsoft.com/acr/bash:", "mcr.microsoft.com/acr/curl:", "docker.io/library/bash:", "bash", "alpine")
_CLI = "mcr.microsoft.com/acr/acr-cli:"
_TWO = 2
_PATTERN = re.compile(r"[.*+?^$\[\](){}|\\]")


@dataclass(frozen=True, slots=True)
class CommandReader:
    """Reads commands into a report."""

    report: Report
    dockerfiles: Dockerfiles
    registry: str

    def read(self, line: str, at: Callable[[int], At], environment: Sequence[str]) -> None:
        """Say what a `cmd` needs, and where docker logs in by it."""
        first, *others = commands_of(line) or ((),)
        by_buildkit = "DOCKER_BUILDKIT=1" in environment
        self._run(first, at, by_buildkit=by_buildkit)
        for words in others:
            self._on_agent(_plain(words), at, by_buildkit=by_buildkit)

    def _run(self, words: Sequence[Word], at: Callable[[int], At], *, by_buildkit: bool) -> None:
        """Read what follows `docker run`: options, an image, and what that runs."""
        rest = parse(words, RUN_SWITCHES, until_first=True).rest
        if not rest:
            return
        image, *inner = rest
        if image.text == DOCKER and image.is_known:
            self._docker(inner, at, by_buildkit=by_buildkit)
            return
        self.report.use(image.text, at(image.offset), is_known=image.is_known)
        if image.text.startswith(_CLI):
            self._cli(inner, at)
        elif not _asks_nothing(image.text, inner):
            self.report.hide(f"what {quoted(shown(image.text))} does in its container", at(image.offset))

    def _on_agent(self, words: Sequence[Word], at: Callable[[int], At], *, by_buildkit: bool) -> None:
        if not words or words[0].text in _HARMLESS:
            return
        if words[0].text == DOCKER:
            self._docker(words[1:], at, by_buildkit=by_buildkit)
            return
        self.report.hide(f"what {quoted(shown(words[0].text))} does on the agent", at(words[0].offset))

    def _docker(self, words: Sequence[Word], at: Callable[[int], At], *, by_buildkit: bool) -> None:
        rest = parse(words, GLOBAL_SWITCHES, until_first=True).rest
        if not rest:
            return
        verb, inner = rest[0].text, rest[1:]
        if verb in {"image", "container", "buildx", "builder"} and inner:
            by_buildkit = by_buildkit or verb == "buildx"
            verb, inner = inner[0].text, inner[1:]
        place = at(rest[0].offset)
        match verb:
            case "pull" | "push":
                for name in parse(inner, PULL_SWITCHES).rest[:1]:
                    record = self.report.pull if verb == "pull" else self.report.push
                    record(name.text, at(name.offset), is_known=name.is_known)
            case "run" | "create":
                self._run(inner, at, by_buildkit=by_buildkit)
            case "build":
                read_build(inner, place, self.report, self.dockerfiles, by_buildkit=by_buildkit)
            case "tag" if len(inner) == _TWO:
                self.report.have(inner[1].text)
            case "login":
                servers = parse(inner, LOGIN_SWITCHES).rest
                is_known = not servers or (servers[0].is_known and not has_hole(servers[0].text))
                self.report.logins.append((servers[0].text.lower() if servers else DOCKER_HUB) if is_known else "")
            case _ if verb not in _NO_REGISTRY:
                self.report.hide(f"what docker {quoted(verb)} does", place)
            case _:
                pass

    def _cli(self, words: Sequence[Word], at: Callable[[int], At]) -> None:
        """Read what the command line of registries is told: `acr purge` above all."""
        verb = words[0].text if words else ""
        if verb in {"", "help", "version", "login", "logout"}:
            return
        arguments = parse(words[1:], frozenset({"--untagged", "--dry-run", "--debug", "--help", "--include-locked"}))
        if verb != "purge" or "--dry-run" in dict(arguments.options):
            self.report.hide(f"what acr {quoted(verb)} does", at(words[0].offset))
            return
        named = arguments.last("-r", "--registry")
        server = (named.text if named else self.registry).lower()
        for filtered in arguments.all("--filter"):
            repository = filtered.text.rpartition(":")[0]
            is_literal = bool(repository) and not _PATTERN.search(repository) and not has_hole(repository)
            self._purge(server, repository if is_literal else "", at(filtered.offset))

    def _purge(self, server: str, repository: str, at: At) -> None:
        if has_hole(server):
            self.report.hide(f"the registry to clean is not known: {self.report.holes.why(server)}", at)
            return
        full = server if "." in server else f"{server}.{self.registry.partition('.')[2]}"
        self.report.delete(Image(full, repository), at)


def _plain(words: Sequence[Word]) -> Sequence[Word]:
    """Leave out what stands before a program: variables that are set for it, and words of the shell."""
    at = 0
    while at < len(words) and (words[at].text in _WRAPPERS or _ASSIGNMENT.match(words[at].text)):
        at += 1
    return words[at:]


def _asks_nothing(image: str, words: Sequence[Word]) -> bool:
    """Say whether a container is known to ask no registry and no vault for anything."""
    program = words[0].text if words else ""
    return image.startswith(_TOOLS) and program in _HARMLESS
