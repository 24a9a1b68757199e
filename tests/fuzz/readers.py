"""Every reader of files: what it is given, and the only errors with which it may refuse a file."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from acr_identity.cli import main
from acr_identity.emulator import (
    Emulator,
    FaultFile,
    FaultFileError,
    ManualClock,
    Settings,
    SnapshotError,
    StateFile,
    StateFileError,
    World,
    WorldError,
)
from acr_identity.emulator.kernel.runner_port import RunRequest, TaskFileStep, Value
from acr_identity.emulator.runner import run
from acr_identity.emulator.runs.upload import files_of
from acr_identity.emulator.server.authority import open_authority
from acr_identity.emulator.server.control_file import read_control
from acr_identity.emulator.server.open_emulator import ServerStart, open_emulator
from acr_identity.emulator.server.places import Places
from acr_identity.emulator.server.server_error import ServerError
from acr_identity.errors import SettingsError, SpecError, StalePlanError
from acr_identity.needs import TaskContext, read_task_file
from acr_identity.needs.dockerfiles import Build, read_dockerfile
from acr_identity.needs.holes import Holes
from acr_identity.provisioner import SavedPlan, load_cloud
from acr_identity.provisioner.saved_plan import plan_differences
from acr_identity.spec import TaskFile, load_document, load_spec
from emulator.runner.fake_surroundings import SYSTEM, FakeSurroundings
from fuzz.states import requests_to, rich_state

_EXAMPLES = Path(__file__).parents[2] / "examples"
_HOME = "myregistry.azurecr.io"
_STATE = f'{{"format":"acr_identity.emulator","version":1,"state":{rich_state()}}}'
_CLOUD = """\
resource_manager: https://127.0.0.1:8443
authority: https://127.0.0.1:8443
credential_scopes: [https://127.0.0.1:8443/.default]
registry_suffix: azurecr.io
vault_suffix: vault.azure.net
"""
_SPEC = """\
version: 1
subscription: 11111111-1111-1111-1111-111111111111
resource_group: myResourceGroup
location: eastus
registries: {myregistry: {}, other: {resource_group: base-images}}
vaults: {mykeyvault: {}}
identities: {builder: {location: westeurope, tags: {team: platform}}}
tasks:
  release:
    registry: myregistry
    identity: [builder, system]
    docker:
      context: https://github.com/Azure-Samples/acr-tasks.git#main
      images: hello-world:{{.Run.ID}}
      arguments: {NODE_VERSION: "22", NPM_TOKEN: {env: NPM_TOKEN}}
    pull: [other, {registry: other, identity: system}]
    credentials:
      docker.io: {user_name: {vault: mykeyvault, secret: UserName}, password: {env: PASSWORD}, identity: builder}
    triggers: {timers: ["0 21 * * *"], base_image: runtime, sources: [{repository: "https://a/b", token: {env: T}}]}
    timeout: 3600
    tags: {team: platform}
  report: {registry: other, identity: system, command: bash date, secrets: {mykeyvault: [A]}, values: {A: b}}
"""
_SAVED_PLAN = """\
{
  "version": 1,
  "kind": "saved_plan",
  "spec": "spec.yaml",
  "tasks": ["nightly"],
  "cloud": "https://management.azure.com",
  "subscriptions": ["11111111-1111-1111-1111-111111111111"],
  "marks": {"salt": "00", "spec": "11", "files": {"task.yaml": "22"}, "environment": {"KEY": "33"}, "plan": "44"},
  "plan": {
    "version": 1,
    "kind": "plan",
    "purpose": "apply",
    "digest": "55",
    "summary": {"create": 1, "change": 0, "remove": 0},
    "changes": [{"kind": "create_task", "key": "create task a", "title": "create task a", "fields": [], "after": []}],
    "notes": [],
    "unsafe": ["why"]
  }
}
"""
_FAULTS = r"""
settings: {replication_seconds: 20, page_size: 2, throttle: true}
faults:
  - {method: PUT, path: '/(?P<name>[a-z]{2,9})$', status: 503, message: 'Not \g<name>.', times: 2, after: 1}
  - {status: 429, retry_after: 3, every: 5, times: always, headers: {x-ms-why: because}}
  - {disconnect: after, delay: 2.5}
  - {vault_conflict: 5}
"""
_TASK = """\
version: v1.1.0
alias:
  values: {repo: "$Registry/a"}
secrets: [{id: one, keyvault: https://v.vault.azure.net/secrets/a}]
env: [A=1]
volumes: [{name: v, secret: {a: YQ==}}]
steps:
  - build: -t $Registry/a:{{.Run.ID}} --build-arg A='b c' -f Dockerfile .
    cache: enabled
  - push: ["$repo:{{.Run.ID | upper}}"]
  - cmd: bash echo {{.Secrets.one}} | docker login -u {{.Values.a | default "x"}} --password-stdin a && docker tag a b
    when: [acb_step_0]
    retries: 2
    ignoreErrors: true
"""
_DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BASE=alpine:3 OTHER=${BASE}
FROM --platform=linux/amd64 ${BASE:-alpine} AS one
RUN --mount=type=cache,from=busybox \\
    true
FROM one
COPY --from=node:15 /a /b
COPY --from=0 a b
"""


@dataclass(frozen=True)
class Reader:
    """A reader of files: how it is called, what it reads, how it refuses, and good files for it."""

    name: str
    read: Callable[[Path], None]
    refusals: tuple[type[Exception], ...]
    good: tuple[bytes, ...]

    def __str__(self) -> str:
        return self.name


def _world(path: Path) -> None:
    Emulator(load_document(path, World), clock=ManualClock())


def _emulators_world(path: Path) -> None:
    Emulator(World.load(path), clock=ManualClock())


def _faults(path: Path) -> None:
    file = FaultFile.load(path)
    emulator = Emulator(clock=ManualClock(), settings=file.settings.applied(Settings()))
    for entry in file.faults:
        emulator.faults.add(entry.fault())


def _state(path: Path) -> None:
    snapshot = StateFile(path).load()
    emulator = Emulator(clock=ManualClock())
    emulator.restore(snapshot or {})
    for request in requests_to(emulator):
        reply = emulator.handle(request)
        assert reply.status < 500, f"{request.method} {request.path}"


def _run(task: str, dockerfile: str = "FROM alpine\n", value: str = "") -> None:
    surroundings = FakeSurroundings(
        identities={"": SYSTEM},
        secrets={"https://v.vault.azure.net/secrets/a": "planted"},
        readers={("https://v.vault.azure.net", SYSTEM)},
        images={f"docker.io/library/{name}:latest" for name in ("alpine", "bash", "a")},
        pushers={(_HOME, "source")},
        files={("context", "Dockerfile"): dockerfile},
    )
    run(RunRequest("cf1", "task", _HOME, TaskFileStep(task, "context"), (Value("a", value),)), surroundings)


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="surrogateescape")


def _task(path: Path) -> None:
    _run(_text(path))


def _dockerfile(path: Path) -> None:
    for cache in ("", ", cache: enabled"):
        _run(f"version: v1.1.0\nsteps: [{{build: -t a . {cache}}}]\n", _text(path))


def _value(path: Path) -> None:
    _run("version: v1.1.0\nsteps: [{cmd: 'bash {{.Values.a}} $(a)'}]\n", value=_text(path))


def _archive(path: Path) -> None:
    files_of(path.read_bytes())


def _placed(path: Path) -> Places:
    places = Places.beside(path.parent / "server" / "emulator.json")
    shutil.rmtree(places.folder.parent, ignore_errors=True)
    places.make()
    return places


def _control(path: Path) -> None:
    places = _placed(path)
    shutil.copy(path, places.control)
    read_control(places)


def _authority(path: Path) -> None:
    for name in ("authority", "authority_key"):
        places = _placed(path)
        open_authority(places)
        shutil.copy(path, getattr(places, name))
        open_authority(places)


def _signing_key(path: Path) -> None:
    places = _placed(path)
    shutil.copy(path, places.signing_key)
    with ExitStack() as stack:
        open_emulator(ServerStart(places.state), places, ManualClock(), stack)


def _command_line(path: Path) -> None:
    assert main(["validate", str(path), "--output", "json"]) in {0, 3}


def _spec(path: Path) -> None:
    load_spec(path)


def _task_file(path: Path) -> None:
    TaskFile.read(path.name, path.parent)


def _cloud(path: Path) -> None:
    load_cloud(path)


def _saved_plan(path: Path) -> None:
    SavedPlan.is_in(path)
    saved = SavedPlan.load(path)
    with contextlib.suppress(ValueError):
        plan_differences(saved.shown, saved.shown.replace("create", "delete"))
    saved.load_spec()


def _examples(name: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(_EXAMPLES.glob(f"*/{name}")))


_SPECS = (_SPEC.encode(), *_examples("spec.yaml"))
_WORLDS = _examples("world.yaml")
_TASKS = (_TASK.encode(), *_examples("*task.yaml"))
_PEM = b"""\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
"""


def _needs(path: Path) -> None:
    for context in (TaskContext(), TaskContext(_HOME, "t", {"a": "b", "c": None})):
        read_task_file(path.read_bytes().decode(errors="replace"), "task.yaml", context)


def _needs_of_dockerfile(path: Path) -> None:
    text = path.read_bytes().decode(errors="replace")
    for build in (Build(), Build({"BASE": "x"}, "one", by_buildkit=True)):
        read_dockerfile(text, "Dockerfile", build, Holes())


READERS = (
    Reader("spec", _spec, (SpecError,), _SPECS),
    Reader("command line", _command_line, (), _SPECS),
    Reader("cloud", _cloud, (SpecError, SettingsError), (_CLOUD.encode(),)),
    Reader("saved plan", _saved_plan, (StalePlanError,), (_SAVED_PLAN.encode(),)),
    Reader("task file of a spec", _task_file, (SpecError,), _TASKS),
    Reader("world", _world, (SpecError,), _WORLDS),
    Reader("world of the emulator", _emulators_world, (WorldError,), _WORLDS),
    Reader("faults", _faults, (FaultFileError,), (_FAULTS.encode(),)),
    Reader("state", _state, (StateFileError, SnapshotError), (_STATE.encode(),)),
    Reader("task file", _task, (), _TASKS),
    Reader("needs of a task file", _needs, (), _TASKS),
    Reader("needs of a Dockerfile", _needs_of_dockerfile, (), (_DOCKERFILE.encode(),)),
    Reader("Dockerfile", _dockerfile, (), (_DOCKERFILE.encode(),)),
    Reader("value", _value, (), (b"hubuser/hubrepo", b'"; docker login')),
    Reader("archive", _archive, (), (b"",)),
    Reader("control file", _control, (ServerError,), (b'{"pid":1,"host":"127.0.0.1","port":8443,"token":"t"}',)),
    Reader("authority", _authority, (ServerError,), (_PEM,)),
    Reader("signing key", _signing_key, (ServerError,), (_PEM,)),
)
BY_NAME = {reader.name: reader for reader in READERS}
