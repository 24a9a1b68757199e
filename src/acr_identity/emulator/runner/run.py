"""A run, from its request to its outcome."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from acr_identity.emulator.kernel.runner_port import (
    Dependency,
    DockerStep,
    Outcome,
    RunRequest,
    Secret,
    Surroundings,
    TaskFileStep,
    Value,
)
from acr_identity.emulator.runner.aliases import (
    Aliases,
    knows_aliases,
    read_aliases,
    separated,
    substituted,
    version_of,
    with_images,
    without_comments,
)
from acr_identity.emulator.runner.daemon import Daemon
from acr_identity.emulator.runner.docker_step import task_of
from acr_identity.emulator.runner.gotext import duration
from acr_identity.emulator.runner.log import Log, Mask
from acr_identity.emulator.runner.logins import Login, Logins, check_credentials, log_in, resolve_logins
from acr_identity.emulator.runner.rendering import data_of, home_volume, render_twice
from acr_identity.emulator.runner.report import report
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.secrets import SecretReader
from acr_identity.emulator.runner.steps import execute
from acr_identity.emulator.runner.steps.scene import Scene, has_source
from acr_identity.emulator.runner.taskfile import TaskFile, check_order, prepared, read_task_file
from acr_identity.emulator.runner.template import render

_ERROR = "failed during run, err: exit status 1"
_ALIAS_NOTE = (
    "Alias support enabled for version >= 1.1.0, please see https://aka.ms/acr/tasks/task-aliases for more information."
)
_DOWNLOAD_TIME, _SETUP_TIME = 1.0, 0.6


def run(request: RunRequest, surroundings: Surroundings) -> Outcome:
    """Decide how a run goes. Whatever the task file says, there is an outcome.

    What the log says, and in which order, follows the open-source runner (Azure/acr-builder). It differs on purpose in
    these points: a literal secret value is shown as `***` (see `Mask`); the output of a command is not there, as it is
    not run; what is random in Azure (the order of logins, names of volumes, commits of repositories) is fixed here.

    Args:
        request: the run.
        surroundings: answers for the services that the run talks to.

    Returns:
        The outcome. Equal requests and answers give equal outcomes.

    Raises:
        ValueError: `request.started` is not a time of the form `YYYY/MM/DD HH:MM:SS`.
    """
    mask = _mask(request)
    attempt = _Attempt(request, surroundings, mask, Log(request.started, mask), Logins())
    log = attempt.log
    try:
        dependencies = attempt.go()
    except RunError as error:
        log.show(error.text)
        log.close(f"Run ID: {request.run_id} failed after {duration(int(log.seconds))}. Error: {_ERROR}")
        return attempt.outcome(())
    log.close(f"Run ID: {request.run_id} was successful after {duration(int(log.seconds))}")
    return replace(attempt.outcome(dependencies), status="Succeeded", error="")


def _mask(request: RunRequest) -> Mask:
    values = (*request.values, *(request.step.arguments if isinstance(request.step, DockerStep) else ()))
    mask = Mask("\n".join(_public(request, values)))
    literals = (secret for entry in request.credentials for secret in (entry.user_name, entry.password))
    for secret in (*literals, *(Secret(value.value) for value in values if value.is_secret)):
        mask.add(secret.value if secret is not None else "")
    return mask


def _public(request: RunRequest, values: tuple[Value, ...]) -> tuple[str, ...]:
    step = request.step
    match step:
        case TaskFileStep(content, context):
            texts: tuple[str, ...] = (content, context)
        case DockerStep():
            texts = (step.context, step.dockerfile, *step.image_names, step.target)
        case _:
            assert_never(step)
    known = (value.value for value in values if not value.is_secret)
    return (request.run_id, request.task_name, request.login_server, *texts, *known)


@dataclass(slots=True)
class _Attempt:
    request: RunRequest
    surroundings: Surroundings
    mask: Mask
    log: Log
    logins: Logins
    scene: Scene | None = None

    def go(self) -> tuple[Dependency, ...]:
        self._download()
        check_credentials(self.request.credentials)
        match self.request.step:
            case TaskFileStep(content):
                task, found = self._read(content)
            case DockerStep() as step:
                task, found = self._made(step)
            case _:
                assert_never(self.request.step)
        return self._execute(task, found)

    def outcome(self, dependencies: tuple[Dependency, ...]) -> Outcome:
        return Outcome(
            status="Failed",
            log=self.log.lines,
            pushed=tuple(self.scene.pushed) if self.scene is not None else (),
            untagged=tuple(self.scene.untagged) if self.scene is not None else (),
            dependencies=dependencies,
            logged_in=tuple(self.logins.custom),
            error=_ERROR,
            seconds=self.log.seconds,
        )

    @property
    def _reader(self) -> SecretReader:
        return SecretReader(self.surroundings, self.log, self.mask)

    def _download(self) -> None:
        if has_source(self.request.step.context):
            self.log.say("Downloading source code...")
            self.log.wait(_DOWNLOAD_TIME)
            self.log.say("Finished downloading source code")

    def _read(self, content: str) -> tuple[TaskFile, tuple[Login, ...]]:
        text = without_comments(content)
        data = data_of(self.request)
        aliases = None
        if knows_aliases(version_of(text)):
            self.log.say(_ALIAS_NOTE)
            text, aliases = self._expanded(text)
        try:
            rendered = render_twice(text, data, self._resolve)
        except RunError as error:
            raise error.within("unable to render task") from error
        try:
            task, found = self._unmarshalled(rendered)
        except RunError as error:
            raise error.within("failed to unmarshal task before running") from error
        return (_with_images(task, aliases) if aliases is not None else task), found

    def _expanded(self, text: str) -> tuple[str, Aliases]:
        block, rest = separated(text)
        try:
            block = render("aliasData", block, {**data_of(self.request), "Secrets": {}})
        except RunError as error:
            outer = error.within("error while rendering templates")
            raise outer.within("unable to render alias data") from error
        try:
            aliases = read_aliases(block)
        except RunError as error:
            raise error.within("unable to search/replace aliases in task") from error
        return substituted(rest, aliases), aliases

    def _resolve(self, text: str) -> Mapping[str, str]:
        try:
            task = read_task_file(text, self.mask)
        except RunError as error:
            raise error.within("failed to parse template to create task") from error
        return self._reader.read_all(task.secrets)

    def _unmarshalled(self, rendered: str) -> tuple[TaskFile, tuple[Login, ...]]:
        try:
            task = read_task_file(rendered, self.mask)
        except RunError as error:
            raise error.within("failed to deserialize task and validate") from error
        task = prepared(task)
        found = resolve_logins(self.request, self.surroundings, self._reader, self.log)
        check_order(task.steps)
        return task, found

    def _made(self, step: DockerStep) -> tuple[TaskFile, tuple[Login, ...]]:
        has_login = self.request.logs_in_to_source or self.request.source_identity or self.request.credentials
        if step.is_push_enabled and not has_login:
            raise RunError("when specifying push, at least one credential is required")
        self.log.say(f"Using {home_volume(self.request.run_id)} as the home volume")
        task = task_of(self.request, step)
        found = resolve_logins(self.request, self.surroundings, self._reader, self.log)
        check_order(task.steps)
        return task, found

    def _execute(self, task: TaskFile, found: tuple[Login, ...]) -> tuple[Dependency, ...]:
        self._set_up(task)
        log_in(found, self.logins, self.surroundings, self.log)
        if any(step.build and step.cache.lower() == "enabled" for step in task.steps):
            self.log.say("Task will use build cache, initializing buildkitd container")
        _check_files(task)
        daemon = Daemon(self.surroundings, self.logins, self.log)
        self.scene = Scene(self.surroundings, daemon, self.log, self.request.step.context, self.request.login_server)
        return report(execute(self.scene, task.steps), daemon, self.log)

    def _set_up(self, task: TaskFile) -> None:
        for network in task.networks:
            if network.skips_creation:
                self.log.say(f"Skip creating network: {network.name}")
                continue
            self.log.say(f"Creating Docker network: {network.name}, driver: '{network.driver}'")
            self.log.say(f"Successfully set up Docker network: {network.name}")
        self.log.say("Setting up Docker configuration...")
        self.log.wait(_SETUP_TIME)
        self.log.say("Successfully set up Docker configuration")


def _check_files(task: TaskFile) -> None:
    for value in (value for volume in task.volumes for _, value in volume.files or ()):
        try:
            base64.b64decode(value.encode(errors="replace"), validate=True)
        except binascii.Error as error:
            advice = "please make sure value provided is Base64 encoded"
            raise RunError(f"failed to decode Base64 value. {advice}") from error


def _with_images(task: TaskFile, aliases: Aliases) -> TaskFile:
    commands = with_images((step.cmd for step in task.steps), aliases)
    return replace(task, steps=tuple(replace(step, cmd=cmd) for step, cmd in zip(task.steps, commands, strict=True)))
