"""Builds: what `docker build` pulls and pushes, as far as its words and the Dockerfiles at hand tell."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acr_identity.needs.codes import Code
from acr_identity.needs.dockerfiles import Build, read_dockerfile
from acr_identity.needs.holes import has_hole
from acr_identity.needs.options import BUILD_SWITCHES, Arguments, parse
from acr_identity.needs.report import Report, is_login_server
from acr_identity.needs.shell import Word
from acr_identity.needs.values import At

_DOCKERFILE = "Dockerfile"


@dataclass(frozen=True, slots=True)
class Dockerfiles:
    """The Dockerfiles that are at hand: their names and texts by context and path, as a build names them."""

    texts: Mapping[tuple[str, str], tuple[str, str]]


def read_build(
    words: Sequence[Word], at: At, report: Report, dockerfiles: Dockerfiles, *, by_buildkit: bool
) -> tuple[str, ...]:
    """Say what a build needs; return the names that it gives to what it builds.

    Args:
        words: what follows `docker build`.
        at: where the build stands.
        report: what was found so far.
        dockerfiles: those at hand.
        by_buildkit: whether BuildKit builds, and not docker's older builder.
    """
    arguments = parse(words, BUILD_SWITCHES)
    tags = tuple(word.text for word in arguments.all("-t", "--tag"))
    if arguments.last("--push") is not None or _pushes(arguments):
        for tag in tags:
            report.push(tag, at)
    for word in arguments.all("--cache-from", "--cache-to"):
        _cache(word, at, report, by_buildkit=by_buildkit)
    _dockerfile(arguments, at, report, dockerfiles, by_buildkit=by_buildkit)
    for tag in tags:
        report.have(tag)
    return tags


def _pushes(arguments: Arguments) -> bool:
    return any("type=registry" in word.text or "push=true" in word.text for word in arguments.all("-o", "--output"))


def _cache(word: Word, at: At, report: Report, *, by_buildkit: bool) -> None:
    fields = dict(part.partition("=")[::2] for part in word.text.split(","))
    if by_buildkit and (fields.get("type", "registry") == "registry" or "type" not in fields):
        report.hide("a cache in a registry is used where it may be, and left where it may not", at)


def _dockerfile(arguments: Arguments, at: At, report: Report, dockerfiles: Dockerfiles, *, by_buildkit: bool) -> None:
    context = arguments.rest[-1].text if arguments.rest else "."
    file = arguments.last("-f", "--file")
    path = file.text if file else _DOCKERFILE
    if any(letter.isspace() for letter in path):
        message = "A run cannot open a Dockerfile whose path has a space."
        report.fault(Code.PATH_WITH_SPACE, message, "Rename the file.", at)
    given = [word.text.partition("=") for word in arguments.all("--build-arg")]
    servers = tuple(dict.fromkeys(value.lower() for _, _, value in given if is_login_server(value)))
    found = dockerfiles.texts.get((context, posixpath.normpath(path)))
    if found is None:
        where = report.holes.why(context) or f"the Dockerfile {path} of {context} is not at hand"
        report.hide(where if has_hole(context) or not has_hole(path) else report.holes.why(path), at, servers)
        return
    name, text = found
    target = arguments.last("--target")
    build = Build(
        {key: value for key, equals, value in given if equals}, target.text if target else "", by_buildkit=by_buildkit
    )
    read = read_dockerfile(text, name, build, report.holes, report.local)
    report.needs += read.needs
    report.unseen += read.unseen
    report.faults += read.faults
