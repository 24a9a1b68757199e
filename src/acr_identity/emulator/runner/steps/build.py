"""A `build` step: the scan for dependencies, then docker's own build."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from acr_identity.emulator.runner.commands import Build, parse_build, scanned_build
from acr_identity.emulator.runner.daemon import content_of
from acr_identity.emulator.runner.dockerfile import Instruction, instructions, pulls, scan
from acr_identity.emulator.runner.references import docker_reference, scanned_reference, with_latest
from acr_identity.emulator.runner.run_errors import ExitError, RunError
from acr_identity.emulator.runner.steps.scene import Scene, git_revision, is_remote
from acr_identity.emulator.runner.taskfile import TaskStep

_SCAN_TIME, _BUILD_TIME, _INSTRUCTION_TIME = 1.2, 0.8, 0.1
_ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What the scan of a build found for one of its tags: names of images, each with a tag or a digest."""

    image: str
    runtime: str
    buildtime: tuple[str, ...]
    git_revision: str


def run_build(scene: Scene, step: TaskStep) -> tuple[Found, ...]:
    """Scan and build, and return what the scan found, one entry for each tag that it saw.

    Raises:
        RunError: the scan or the build failed.
    """
    found = _scan(scene, step)
    scene.in_container(step, lambda: _build(scene, step))
    return found


def _scan(scene: Scene, step: TaskStep) -> tuple[Found, ...]:
    context = scanned_build(step.build).context.lower()
    if "github" in context and ".git" not in context:
        fix = "Valid Git repositories should end with .git."
        scene.log.say(f"WARNING: {context} might not be valid context. {fix}")
    scene.log.say("Scanning for dependencies...")
    scene.log.wait(_SCAN_TIME)
    try:
        found = _scanned(scene, step)
    except RunError as error:
        scene.log.say(f"Output from dependency scanning: {error.text}")
        raise RunError("failed to scan dependencies: exit status 1") from error
    scene.log.say("Successfully scanned dependencies")
    return found


def _scanned(scene: Scene, step: TaskStep) -> tuple[Found, ...]:
    build = scanned_build(step.build)
    context, path = scene.source(step, build.context, build.dockerfile)
    text = scene.surroundings.read_file(context, path)
    if text is None:
        place = posixpath.normpath(posixpath.join(step.id, _folder(context), path)) if is_remote(context) else path
        raise RunError(f"error opening dockerfile: {place}, error: open {place}: no such file or directory")
    result = scan(text, build.arguments, build.target)
    runtime = _checked(result.runtime)
    buildtime = tuple(dict.fromkeys(_checked(image).removeprefix("library/") for image in result.buildtime))
    return tuple(Found(_checked(tag), runtime, buildtime, git_revision(context)) for tag in build.tags)


def _folder(context: str) -> str:
    _, _, fragment = context.rpartition("#") if "#" in context else ("", "", "")
    return fragment.partition(":")[2]


def _checked(image: str) -> str:
    name = with_latest(image)
    scanned_reference(name)
    return name


def _build(scene: Scene, step: TaskStep) -> None:
    try:
        build = parse_build(step.build)
    except RunError as error:
        scene.log.show(f"/bin/sh: {error.text}")
        raise ExitError(2) from error
    for tag in build.tags:
        _check_tag(scene, tag)
    try:
        _run_docker_build(scene, step, build)
    except RunError as error:
        scene.log.show(error.text)
        raise ExitError(1) from error


def _check_tag(scene: Scene, tag: str) -> None:
    try:
        docker_reference(tag)
    except RunError as error:
        scene.log.show(f'invalid argument "{tag}" for "-t, --tag" flag: {error.text}')
        scene.log.show("See 'docker build --help'.")
        raise ExitError(125) from error


def _run_docker_build(scene: Scene, step: TaskStep, build: Build) -> None:
    if len(build.contexts) != 1:
        raise RunError("\"docker build\" requires exactly 1 argument.\nSee 'docker build --help'.")
    context, path = scene.source(step, build.contexts[0], build.dockerfile)
    text = scene.surroundings.read_file(context, path)
    if text is None:
        problem = f"lstat {path}: no such file or directory"
        raise RunError(f"unable to prepare context: unable to evaluate symlinks in Dockerfile path: {problem}")
    bases = _pull_all(scene, step, build, text)
    content = content_of(context, path, text, build.target, *sorted(build.arguments), "", *bases)
    scene.log.wait(_BUILD_TIME)
    scene.log.show(f"Successfully built {content.removeprefix('sha256:')[:_ID_LENGTH]}")
    for tag in build.tags:
        scene.daemon.tag(tag, content)
        scene.log.show(f"Successfully tagged {docker_reference(tag).familiar}")


def _pull_all(scene: Scene, step: TaskStep, build: Build, text: str) -> tuple[str, ...]:
    needed = pulls(text, build.arguments, build.target, buildkit=step.uses_buildkit)
    found = instructions(text)
    done = 0
    contents: list[str] = []
    for pull in needed:
        _show(scene, found, done, pull.instruction)
        done = max(done, pull.instruction)
        contents.append(scene.daemon.contents[scene.daemon.pull(pull.image, even_if_here=build.pulls)])
    if not build.target:
        _show(scene, found, done, len(found))
    return tuple(contents)


def _show(scene: Scene, found: tuple[Instruction, ...], start: int, end: int) -> None:
    for number, instruction in enumerate(found[start:end], start + 1):
        scene.log.show(f"Step {number}/{len(found)} : {instruction.text}")
        scene.log.wait(_INSTRUCTION_TIME)
