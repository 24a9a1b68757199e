"""Docker commands: as docker takes them, and as the runner's scanner sees a build."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile, pairwise
from typing import Final

from acr_identity.emulator.runner.references import DOCKER_HUB
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.shell import Command, pipelines

_BUILD_SWITCHES: Final = frozenset({
    "--pull", "--no-cache", "--rm", "--force-rm", "--squash", "--compress", "--quiet", "-q", "--stream", "--load",
    "--push", "--disable-content-trust", "--help", "-D", "--debug",
})  # fmt: skip
_RUN_SWITCHES: Final = frozenset({
    "-d", "--detach", "-i", "--interactive", "-t", "--tty", "--rm", "--privileged", "--init", "--read-only", "-P",
    "--publish-all", "-q", "--quiet", "--no-healthcheck", "--oom-kill-disable", "--sig-proxy", "--help",
    "--disable-content-trust",
})  # fmt: skip
_LOGIN_SWITCHES: Final = frozenset({"--password-stdin", "--help"})
_IMAGE_SWITCHES: Final = frozenset({
    "-a", "--all-tags", "-q", "--quiet", "-f", "--force", "--no-prune", "--disable-content-trust", "--help",
})  # fmt: skip
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Build:
    """A `docker build`: what docker takes from its text."""

    tags: tuple[str, ...]
    dockerfile: str
    arguments: tuple[str, ...]
    target: str
    pulls: bool
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScannedBuild:
    """A `docker build`: what the scanner sees of it."""

    tags: tuple[str, ...]
    dockerfile: str
    arguments: tuple[str, ...]
    target: str
    context: str


@dataclass(frozen=True, slots=True)
class DockerLogin:
    """Signs in to a registry; `reads_password` says that the password comes on standard input."""

    server: str
    user_name: str
    password: str | None
    reads_password: bool


@dataclass(frozen=True, slots=True)
class Flags:
    """What follows a command: the values of flags in their order, and the words that are none."""

    values: tuple[tuple[str, str], ...]
    positionals: tuple[str, ...]

    def all(self, *names: str) -> tuple[str, ...]:
        """Return all values of a flag, by any of its names."""
        return tuple(value for name, value in self.values if name in names)

    def last(self, *names: str) -> str:
        """Return its last value, or an empty text."""
        return (*("",), *self.all(*names))[-1]

    def has(self, name: str) -> bool:
        """Say whether it is there."""
        return any(key == name for key, _ in self.values)


def parse_build(text: str) -> Build:
    """Read what follows `docker build`, after the shell has taken its quotes off.

    Raises:
        RunError: a quote does not end.

    >>> parse_build("-t=a:1 --build-arg=R=z -fD . --pull").dockerfile
    'D'
    """
    found = pipelines(text)
    return build_of(found[0].commands[0] if found else ())


def build_of(words: Command) -> Build:
    """Read the words that follow `docker build`."""
    flags = read_flags(words, _BUILD_SWITCHES)
    return Build(
        tags=flags.all("-t", "--tag"),
        dockerfile=flags.last("-f", "--file"),
        arguments=flags.all("--build-arg"),
        target=flags.last("--target"),
        pulls=flags.last("--pull") == "true",
        contexts=flags.positionals,
    )


def scanned_build(text: str) -> ScannedBuild:
    """Read what follows `docker build` as the runner does: words between white space, and no `--flag=value`.

    The context is the last word that neither starts with `-` nor follows one that does. Source: acr-builder,
    builder/parse.go and util/parse.go.

    >>> scanned_build("--tag=a -t b:1 -f D https://github.com/o/r.git")
    ScannedBuild(tags=('b:1',), dockerfile='D', arguments=(), target='', context='https://github.com/o/r.git')
    """
    words = text.split()
    pairs = tuple(zip(("", *words), words, strict=False))
    dockerfile, target, context = "", "", "."
    for before, word in pairs:
        if before in {"-f", "--file"}:
            dockerfile = word
        elif before == "--target":
            target = word
        elif not before.startswith("-") and not word.startswith("-"):
            context = word
    tags = tuple(word for before, word in pairs if before in {"-t", "--tag"})
    arguments = tuple(word for before, word in pairs if before == "--build-arg")
    return ScannedBuild(tags, dockerfile, arguments, target, context)


def login_of(words: Command) -> DockerLogin:
    """Read the words that follow `docker login`. Without a server it is one to Docker Hub.

    >>> login_of(("-u", "x", "--password-stdin"))
    DockerLogin(server='docker.io', user_name='x', password=None, reads_password=True)
    """
    flags = read_flags(words, _LOGIN_SWITCHES)
    passwords = flags.all("-p", "--password")
    server = flags.positionals[0] if flags.positionals else DOCKER_HUB
    host = server.partition("://")[2] or server
    host = host.partition("/")[0]
    return DockerLogin(
        DOCKER_HUB if host in {"index.docker.io", "registry-1.docker.io"} else host,
        flags.last("-u", "--username"),
        passwords[-1] if passwords else None,
        reads_password=flags.has("--password-stdin"),
    )


def run_words(words: Command) -> Command:
    """Return the image that `docker run` is given, and what it runs: what follows docker's own options.

    >>> run_words(("-it", "--rm", "-e", "A=b", "--network=host", "tool", "-x"))
    ('tool', '-x')
    """
    rest = deque(words)
    while rest and rest[0].startswith("-"):
        word = rest.popleft()
        if word == "--":
            break
        takes_more = word not in _RUN_SWITCHES and "=" not in word
        if takes_more and not word.startswith("--"):
            before, last = word[1:-1], word[-1:]
            takes_more = f"-{last}" not in _RUN_SWITCHES and all(f"-{letter}" in _RUN_SWITCHES for letter in before)
        if takes_more and rest:
            rest.popleft()
    return tuple(rest)


def image_names(words: Command) -> tuple[str, ...]:
    """Return the names of images that `docker pull`, `docker push` or `docker rmi` is given."""
    return read_flags(words, _IMAGE_SWITCHES).positionals


def docker_words(words: Command, verb: str) -> Command | None:
    """Return the words that follow `docker VERB` in a command, or `None`.

    >>> docker_words(("docker", "login", "-u", "x"), "login")
    ('-u', 'x')
    """
    for index, pair in enumerate(pairwise(words)):
        if pair[0] == "docker":
            rest = words[index + 2 :] if pair[1] == "image" else words[index + 1 :]
            if rest[:1] == (verb,):
                return rest[1:]
        if pair[0] in {"echo", "printf"}:
            break
    return None


def echoed(words: Command) -> str | None:
    """Return what a command prints, if it is an `echo` or a `printf` of a text, after an image or not."""
    for index, word in enumerate(words):
        if word == "echo":
            return " ".join(_without_options(words[index + 1 :]))
        if word == "printf":
            texts = words[index + 1 :]
            return "".join(texts[1:2] if texts[:1] in {("%s",), ("%s\\n",)} else texts[:1])
    return None


def scripts(words: Command) -> tuple[str, ...]:
    """Return the texts that a command hands to another shell: what follows `-c`, `-ec`, ..."""
    pairs = pairwise(words)
    return tuple(text for flag, text in pairs if flag.startswith("-") and not flag.startswith("--") and flag[-1] == "c")


def _without_options(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dropwhile(lambda word: word in {"-n", "-e", "-E", "-ne", "-en"}, words))


def read_flags(words: Command, switches: frozenset[str]) -> Flags:
    """Read what follows a command; `switches` are the flags that take no value but after `=`."""
    values: list[tuple[str, str]] = []
    positionals: list[str] = []
    rest = deque(words)
    while rest:
        word = rest.popleft()
        if word == "--":
            positionals += rest
            break
        if not word.startswith("-") or word == "-":
            positionals.append(word)
            continue
        name, value = _name_and_value(word)
        if value is None:
            value = "true" if name in switches or not rest else rest.popleft()
        values.append((name, value))
    return Flags(tuple(values), tuple(positionals))


def _name_and_value(word: str) -> tuple[str, str | None]:
    if word.startswith("--"):
        name, sign, value = word.partition("=")
        return name, value if sign else None
    if len(word) > _SHORT:
        return word[:_SHORT], word[_SHORT:].removeprefix("=")
    return word, None


def command_line(text: str) -> tuple[str, str]:
    """Split a command into its image and the rest.

    >>> command_line("bash echo hello")
    ('bash', 'echo hello')
    """
    image, _, rest = text.strip().partition(" ")
    if not image:
        raise RunError('"docker run" requires at least 1 argument.')
    return image, rest
