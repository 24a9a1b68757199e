"""What a run asks for was named before it, or was said not to be seen. The runner of the emulator decides by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acr_identity.emulator.kernel.runner_port import (
    Image,
    Principal,
    Refusal,
    RegistryCredential,
    RunRequest,
    Secret,
    Tag,
    TaskFileStep,
    Value,
)
from acr_identity.emulator.runner import run
from acr_identity.needs import Code, Delete, Needs, Pull, Push, ReadSecret, TaskContext, read_task_file
from emulator.runner.fake_surroundings import SYSTEM, FakeSurroundings, digest_of

HOME = "myregistry.azurecr.io"
CONTEXT = "https://github.com/o/r.git#main"
VALUES = {"repo": "release.azurecr.io/app", "host": "base.azurecr.io", "empty": ""}
DOCKERFILES = {
    "Dockerfile": "ARG HOST=base.azurecr.io\nFROM ${HOST}/node:22 AS build\nFROM $HOST/slim\nCOPY --from=build /a /a\n",
    "sub/Dockerfile": "FROM node:22\nFROM a.azurecr.io/x AS last\n",
    "one": "ARG HOST\nFROM $HOST/one\n",
}


@dataclass
class Open(FakeSurroundings):
    """A cloud that gives everything to everybody, and remembers what it was asked for."""

    pulled: set[tuple[str, str]] = field(default_factory=set)
    pushed: set[tuple[str, str]] = field(default_factory=set)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def sign_in(self, identity: str) -> Principal | Refusal:
        del identity
        return SYSTEM

    def read_secret(self, url: str, principal: Principal) -> Secret | Refusal:
        del principal
        self.read.add(url)
        return Secret("s3cret")

    def check_password(self, login_server: str, user_name: str, password: Secret) -> Refusal | None:
        del login_server, user_name, password
        return None

    def pull(self, registry: str, repository: str, reference: str, as_whom: Principal | str | None) -> Image | Refusal:
        del as_whom
        self.pulled.add((registry, repository))
        return Image(registry, repository, reference, digest_of(registry, repository, reference))

    def push(
        self, registry: str, repository: str, tag: str, content: str, as_whom: Principal | str | None
    ) -> Image | Refusal:
        del as_whom
        self.pushed.add((registry, repository))
        return Image(registry, repository, tag, digest_of(content))

    def repositories(self, registry: str, as_whom: Principal | str | None) -> tuple[str, ...] | Refusal:
        del registry, as_whom
        return ("node", "team/app")

    def tags(self, registry: str, repository: str, as_whom: Principal | str | None) -> tuple[Tag, ...] | Refusal:
        del as_whom
        return (Tag("1", digest_of(registry, repository), 9 * 86_400.0),)

    def untag(self, registry: str, repository: str, tag: str, as_whom: Principal | str | None) -> Refusal | None:
        del tag, as_whom
        self.deleted.add((registry, repository))
        return None

    def read_file(self, context: str, path: str) -> str | None:
        return DOCKERFILES.get(path) if context == CONTEXT else None


hosts = st.sampled_from([
    "$Registry/", "{{.Run.Registry}}/", "base.azurecr.io/", "{{.Values.host}}/", "{{ .Values.host | lower }}/", "",
    "hubuser/", '{{ .Values.empty | default "release.azurecr.io" }}/', "{{.Values.nope}}",
])  # fmt: skip
repositories = st.sampled_from(["node", "team/app", "a-b_c", "{{.Run.TaskName}}", "{{.Secrets.s}}"])
tags = st.sampled_from(["", ":22", ":$ID", ":{{.Run.ID}}", ":{{.Values.nope}}x"])
images = st.builds("{}{}{}".format, hosts, repositories, tags) | st.just("{{.Values.repo}}:1")
options = st.sampled_from(["", "--rm ", "-e A=b ", "-t -v /a:/b "])
programs = st.sampled_from(
    ["", " sh run.sh", " echo hi", " echo hi | docker login -u a -p b a.azurecr.io", " a && echo b"]
)
words = st.sampled_from(["bash", "az", "curl"])
commands = st.one_of(
    st.builds("{}{}{}".format, options, images, programs),
    st.builds("{}{}".format, words, programs),
    st.builds("docker pull {}".format, images),
    st.builds("docker run {}{}".format, options, images),
    st.builds("docker push {}".format, images),
    st.builds("docker tag {} {}".format, images, images),
    st.builds(
        "acr purge --filter {} --ago 1d{}".format,
        st.sampled_from(["node:.*", "'team/app:1'", "'.*:.*'", "'team/.*:x'"]),
        st.sampled_from(["", " --untagged", " -r base", " --registry base.azurecr.io", " --dry-run"]),
    ),
)
files = st.sampled_from(["", "-f sub/Dockerfile ", "--file Dockerfile ", '-f "one" '])
arguments = st.sampled_from(["", "--build-arg HOST=b.azurecr.io ", "--build-arg HOST={{.Values.host}} "])
targets = st.sampled_from(["", "--target build ", "--target last "])
builds = st.builds("-t {} {}{}{}{}".format, images, files, arguments, targets, st.sampled_from([CONTEXT, "."]))


def quoted(text: str) -> str:
    """Return a text as a value of YAML."""
    return "'" + text.replace("'", "''") + "'"


steps = st.one_of(
    st.builds("- cmd: {}".format, commands.map(quoted)),
    st.builds("- build: {}".format, builds.map(quoted)),
    st.builds("- push: [{}]".format, st.lists(images.map(quoted), min_size=1, max_size=2).map(", ".join)),
    st.builds(
        "{{{{ if {} }}}}\n- cmd: {}\n{{{{ end }}}}".format,
        st.sampled_from([".Values.host", ".Values.empty", 'eq .Values.host "x"']),
        commands.map(quoted),
    ),
)
secrets = st.sampled_from([
    "",
    "secrets:\n- id: s\n  keyvault: https://V.vault.azure.net/secrets/Name\n",
    "secrets: [{id: s, keyvault: 'https://{{.Values.empty}}v.vault.azure.net/secrets/n/1'}]\n",
])  # fmt: skip
versions = st.sampled_from(["version: v1.1.0\n", "version: v1.0.0\n", ""])
aliases = st.sampled_from(["", "alias:\n  values:\n    bash: base.azurecr.io/sh:1\n    x: y\n"])
task_files = st.builds(
    "{}{}{}steps:\n{}\n".format, versions, aliases, secrets, st.lists(steps, min_size=1, max_size=4).map("\n".join)
)


def ran(text: str) -> tuple[Open, bool]:
    """Return what a run asked for, and whether it came to its end."""
    cloud = Open()
    request = RunRequest(
        "cf1",
        "mytask",
        HOME,
        TaskFileStep(text),
        tuple(Value(name, value) for name, value in VALUES.items()),
        credentials=(RegistryCredential("base.azurecr.io", "[system]"),),
    )
    return cloud, run(request, cloud).status == "Succeeded"


def read(text: str) -> Needs:
    """Return what the file was said to need."""
    dockerfiles = {(CONTEXT, path): (path, content) for path, content in DOCKERFILES.items()}
    return read_task_file(text, "task.yaml", TaskContext(HOME, "mytask", VALUES, dockerfiles=dockerfiles))


def named(found: Needs, kind: type[Pull | Push | Delete]) -> set[tuple[str, str]]:
    """Return the repositories that were named, an unknown one as an empty text."""
    return {(need.image.server, need.image.repository) for need in found.needs if isinstance(need, kind)}


def covered(asked: set[tuple[str, str]], known: set[tuple[str, str]]) -> bool:
    """Say whether each repository was named, or its registry with a repository that is not known."""
    return all({(server, repository), (server, "")} & known for server, repository in asked)


@settings(deadline=None, suppress_health_check=[*HealthCheck])
@given(task_files)
def test_what_a_run_asks_for_was_named_or_said_not_to_be_seen(text: str) -> None:
    cloud, _ = ran(text)
    found = read(text)

    secrets = {f"https://{one.vault}/secrets/{one.secret}" for one in found.needs if isinstance(one, ReadSecret)}
    assert {"/".join(url.lower().split("/")[:5]) for url in cloud.read} <= secrets or found.unseen
    assert covered(cloud.pulled, named(found, Pull)) or found.unseen
    assert covered(cloud.pushed, named(found, Push)) or found.unseen
    assert covered(cloud.deleted, named(found, Delete)) or found.unseen


@settings(deadline=None, suppress_health_check=[*HealthCheck])
@given(task_files)
def test_what_was_named_is_asked_for_by_a_run_that_comes_to_its_end(text: str) -> None:
    cloud, is_complete = ran(text)
    if not is_complete:
        return
    found = read(text)

    assert [one for one in found.faults if Code(one.code).is_refused] == []
    assert covered_back(named(found, Pull), cloud.pulled)
    assert covered_back(named(found, Push), cloud.pushed)


def covered_back(known: set[tuple[str, str]], asked: set[tuple[str, str]]) -> bool:
    """Say whether each repository that was named for sure was asked for."""
    return {one for one in known if one[1]} <= asked
