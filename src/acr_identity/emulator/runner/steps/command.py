"""A `cmd` step: an image that is pulled and run. What goes on in it is unknown, but for docker logins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from acr_identity.emulator.kernel.runner_port import Secret
from acr_identity.emulator.runner.commands import (
    DockerLogin,
    build_of,
    docker_words,
    echoed,
    image_names,
    login_of,
    run_words,
    scripts,
)
from acr_identity.emulator.runner.daemon import content_of
from acr_identity.emulator.runner.references import docker_reference
from acr_identity.emulator.runner.run_errors import ExitError, RunError
from acr_identity.emulator.runner.shell import Command, Pipeline, pipelines
from acr_identity.emulator.runner.steps.acr import REPOSITORY, run_acr
from acr_identity.emulator.runner.steps.scene import Scene
from acr_identity.emulator.runner.taskfile import TaskStep
from acr_identity.emulator.runner.words import login_refusal

_RUN_TIME, _LOGIN_TIME = 0.5, 0.6
_DOCKER = "docker"
_NO_TERMINAL = "Error: Cannot perform an interactive login from a non TTY device"
_STORED = (
    "WARNING! Your password will be stored unencrypted in /acb/home/.docker/config.json.\n"
    "Configure a credential helper to remove this warning. See\n"
    "https://docs.docker.com/engine/reference/commandline/login/#credentials-store\n"
)


@dataclass(frozen=True, slots=True)
class _Result:
    status: int
    output: str | None = None
    """What it prints, if that is known."""


def run_command(scene: Scene, step: TaskStep) -> None:
    """Run a command: docker's own options, an image, and what that runs; the shell of the agent takes it apart.

    An image called `docker` is docker itself, on the agent. A `docker login` is done, and gives the run a login; so are
    `docker pull`, `push`, `run`, `rmi` and `tag`, and what the image `acr-cli` does with tags. A `docker build` gives
    names to images without a look at what they are made of. All other commands succeed.

    Raises:
        RunError: the image cannot be had, or the last command fails.
    """
    if step.pulls:
        scene.log.say("Step specified pull. Performing an explicit pull...")
        _pull(scene, step)
    scene.in_container(step, lambda: _run(scene, step))


def _pull(scene: Scene, step: TaskStep) -> None:
    try:
        scene.daemon.pull(step.cmd.partition(" ")[0], even_if_here=True)
    except RunError as error:
        scene.log.show(f"Error response from daemon: {error.text}")
        raise ExitError(1) from error


def _run(scene: Scene, step: TaskStep) -> None:
    try:
        found = pipelines(step.cmd)
    except RunError as error:
        scene.log.show(f"/bin/sh: {error.text}")
        raise ExitError(2) from error
    if not found:
        scene.log.show("\"docker run\" requires at least 1 argument.\nSee 'docker run --help'.")
        raise ExitError(1)
    status = _run_list(scene, found, in_step=True)
    if status:
        raise ExitError(status)


def _run_list(scene: Scene, found: tuple[Pipeline, ...], *, in_step: bool) -> int:
    status = 0
    for index, pipeline in enumerate(found):
        if (pipeline.connector == "&&" and status) or (pipeline.connector == "||" and not status):
            continue
        status = _run_pipeline(scene, pipeline, starts=in_step and index == 0)
    return status


def _run_pipeline(scene: Scene, pipeline: Pipeline, *, starts: bool) -> int:
    first, *others = pipeline.commands
    first = run_words(first) if starts else first
    is_docker = first[:1] == (_DOCKER,)
    result = _run_image(scene, first) if starts and not is_docker else _Result(0)
    if not result.status:
        result = (
            _Result(run_acr(scene, first[1:]))
            if starts and first and _is_acr(first[0])
            else _run_one(scene, first, None)
        )
    for words in others:
        result = _run_one(scene, words, result.output)
    return result.status


def _run_image(scene: Scene, words: Command) -> _Result:
    if not words:
        scene.log.show("\"docker run\" requires at least 1 argument.\nSee 'docker run --help'.")
        return _Result(1, "")
    try:
        reference = docker_reference(words[0])
        if reference not in scene.daemon.contents:
            scene.log.show(f"Unable to find image '{reference.familiar}' locally")
            _pull_to_run(scene, words[0])
    except RunError as error:
        scene.log.show(f"docker: {error.text}.\nSee 'docker run --help'.")
        return _Result(125, "")
    scene.log.wait(_RUN_TIME)
    return _Result(0)


def _is_acr(image: str) -> bool:
    return docker_reference(image).full_name == REPOSITORY


def _pull_to_run(scene: Scene, image: str) -> None:
    try:
        scene.daemon.pull(image)
    except RunError as error:
        raise error.within("Error response from daemon") from error


def _run_one(scene: Scene, words: Command, given: str | None) -> _Result:
    status = 0
    for script in scripts(words):
        status = _run_script(scene, script)
    actions: tuple[tuple[str, Callable[[Command], int]], ...] = (
        ("login", lambda rest: _log_in(scene, login_of(rest), given)),
        ("tag", lambda rest: _tag(scene, rest)),
        ("build", lambda rest: _build(scene, rest)),
        ("pull", lambda rest: _with_image(scene, rest, lambda name: scene.daemon.pull(name, even_if_here=True))),
        ("push", lambda rest: _with_image(scene, rest, lambda name: scene.pushed.append(scene.daemon.push(name)))),
        ("rmi", lambda rest: _with_image(scene, rest, scene.daemon.remove)),
        ("run", lambda rest: _run_image(scene, run_words(rest)).status),
    )
    for verb, act in actions:
        rest = docker_words(words, verb)
        if rest is not None:
            return _Result(act(rest))
    return _Result(status, echoed(words))


def _run_script(scene: Scene, script: str) -> int:
    try:
        return _run_list(scene, pipelines(script), in_step=False)
    except RunError as error:
        scene.log.show(f"sh: {error.text}")
        return 2


def _log_in(scene: Scene, login: DockerLogin, given: str | None) -> int:
    scene.log.wait(_LOGIN_TIME)
    if login.reads_password and not login.user_name:
        scene.log.show("Must provide --username with --password-stdin")
        return 1
    password = given.rstrip("\r\n") if login.reads_password and given is not None else login.password
    if password is None and login.reads_password:
        return 0  # Fed by a command whose output is unknown.
    if not password or not login.user_name:
        scene.log.show(_NO_TERMINAL)
        return 1
    refusal = scene.surroundings.check_password(login.server, login.user_name, Secret(password))
    if refusal is not None:
        scene.log.show(login_refusal(login.server, refusal))
        return 1
    scene.daemon.logins.holders[login.server] = login.user_name
    scene.log.show(f"{_STORED}\nLogin Succeeded")
    return 0


def _tag(scene: Scene, words: Command) -> int:
    try:
        source, target = (docker_reference(word).familiar for word in words)
    except (RunError, ValueError):
        return 1
    content = scene.daemon.contents.get(docker_reference(source))
    if content is None:
        scene.log.show(f"Error response from daemon: No such image: {source}")
        return 1
    scene.daemon.tag(target, content)
    return 0


def _with_image(scene: Scene, words: Command, act: Callable[[str], object]) -> int:
    """Do something with the images that docker is told; say in docker's words why it cannot be done."""
    names = image_names(words)
    if not names:
        scene.log.show("docker: requires at least 1 argument.")
        return 1
    try:
        for name in names:
            act(name)
    except RunError as error:
        prefix = "" if error.text.startswith("Error response") else "Error response from daemon: "
        scene.log.show(f"{prefix}{error.text}")
        return 1
    return 0


def _build(scene: Scene, words: Command) -> int:
    try:
        content = content_of(*words)
        for tag in build_of(words).tags:
            scene.daemon.tag(tag, content)
    except RunError as error:
        scene.log.show(error.text)
        return 1
    return 0
