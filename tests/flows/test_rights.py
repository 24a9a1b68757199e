"""A task is given what it does in registries, by how each decides: its run succeeds, and not without it."""

from __future__ import annotations

import itertools

import pytest

from acr_identity.emulator import Emulator
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec, TaskFile
from flows.flows import REGISTRIES_VERSION, ROLES_VERSION, TASKS_VERSION, ask
from flows.teams import Json, apply, azure, destroy, our_roles, plan, registry, spec, task, titles, world

BY_REPOSITORY, CLASSIC = "AbacRepositoryPermissions", "LegacyRegistryPermissions"
REPOSITORIES: Json = {"all": [], "named": ["team/app"], "prefix": ["team/*"]}
IDENTITIES: Json = {"system": ["system"], "user": ["puller"], "both": ["puller", "system"]}
PULLED = "version: v1.1.0\nsteps:\n  - cmd: {host}/{repository}:1\n"
DELETED = "version: v1.1.0\nsteps:\n  - cmd: acr purge -r {host} --filter '{repository}:^1$' --ago 0d\n"
LISTED = "version: v1.1.0\nsteps:\n  - cmd: acr purge -r {host} --filter 'no-such-.*:.*' --ago 0d\n"
PUSHED = """\
version: v1.1.0
steps:
  - build: -t {host}/{repository}:2 https://github.com/Azure-Samples/acr-tasks.git -f hello-world.dockerfile
  - push: ["{host}/{repository}:2"]
"""


def registries(mode: str) -> Emulator:
    one = {"resource_group": "rg", "role_assignment_mode": mode, "images": ["team/app:1", "beside:1"]}
    return azure(
        registries={"homereg": one, "basereg": one},
        images=["docker.io/library/hello-world:latest"],
        contexts={"https://github.com/Azure-Samples/acr-tasks.git": {"hello-world.dockerfile": "FROM hello-world\n"}},
    )


FILES = {"pull": PULLED, "push": PUSHED, "delete": DELETED, "list": LISTED}
GIVEN = {CLASSIC: {"delete": 2}, BY_REPOSITORY: dict[str, int]()}
"""How many roles an operation takes, where it is not one."""


def doing(operation: str, where: str, repository: str = "team/app", **more: object) -> Json:
    """Return a task that pulls, pushes or deletes one image, or lists all, in its own registry or in another one."""
    host = "$Registry" if where == "homereg" else "basereg.azurecr.io"
    content = FILES[operation].format(host=host, repository=repository)
    return {"command": None, "file": TaskFile(path="task.yaml", content=content), **more}


def status(emulator: Emulator, wanted: Spec) -> str:
    with Provisioner.emulated(emulator) as provisioner:
        provisioner.plan(wanted)
        return provisioner.run(next(iter(wanted.tasks))).wait().status


def assignments(emulator: Emulator) -> list[str]:
    """Return the ids of the role assignments of ours."""
    found = world(emulator)["assignments"].items()
    ours = ((id_, one) for id_, one in found if (one["description"] or "").startswith("acr_identity"))
    return [f"{one['scope']}/providers/Microsoft.Authorization/roleAssignments/{id_}" for id_, one in ours]


@pytest.mark.parametrize(
    ("mode", "where", "operation", "runs_as", "which"),
    list(itertools.product((CLASSIC, BY_REPOSITORY), ("homereg", "basereg"), FILES, IDENTITIES, REPOSITORIES)),
)
def test_a_run_succeeds_with_what_apply_gave_and_fails_without_any_of_it(
    mode: str, where: str, operation: str, runs_as: str, which: str
) -> None:
    emulator = registries(mode)
    access: Json = {operation: [{"registry": where, "repositories": REPOSITORIES[which]}]}
    wanted = spec({"one-task": doing(operation, where, identity=IDENTITIES[runs_as], **access)}, "web")
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    given, before = assignments(emulator), emulator.snapshot()
    assert len(given) == (0 if mode == CLASSIC and where == "homereg" else GIVEN[mode].get(operation, 1))
    assert status(emulator, wanted) == "Succeeded"
    for one in given:
        emulator.restore(before)
        ask(emulator, "DELETE", one, version=ROLES_VERSION)
        assert status(emulator, wanted) == "Failed"
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


@pytest.mark.parametrize("which", ["named", "prefix"])
@pytest.mark.parametrize("operation", ["pull", "push", "delete"])
@pytest.mark.parametrize("where", ["homereg", "basereg"])
def test_a_repository_beside_those_that_are_named_stays_closed(where: str, operation: str, which: str) -> None:
    emulator = registries(BY_REPOSITORY)
    access = {operation: [{"registry": where, "repositories": REPOSITORIES[which]}]}
    beside = spec({"one-task": doing(operation, where, "beside", identity="system", **access)}, "web")
    apply(emulator, beside)
    assert status(emulator, beside) == "Failed"


def test_who_pulls_some_and_pushes_others_gets_no_more_than_that() -> None:
    emulator = registries(BY_REPOSITORY)
    access: Json = {
        "pull": [{"registry": "basereg", "repositories": ["beside"]}],
        "push": [{"registry": "basereg", "repositories": ["team/app"]}],
    }
    for operation, repository, ends in (
        ("pull", "beside", "Succeeded"),
        ("push", "beside", "Failed"),
        ("pull", "team/app", "Succeeded"),
        ("push", "team/app", "Succeeded"),
    ):
        wanted = spec({"one-task": doing(operation, "basereg", repository, identity="puller", **access)}, "web")
        apply(emulator, wanted)
        assert (operation, repository, status(emulator, wanted)) == (operation, repository, ends)


def test_when_other_repositories_are_named_the_grant_changes_and_is_not_made_anew() -> None:
    emulator = registries(BY_REPOSITORY)

    def wanted(*repositories: str) -> Spec:
        access = [{"registry": "basereg", "repositories": repositories}]
        return spec({"one-task": doing("pull", "basereg", identity="puller", pull=access)}, "web")

    apply(emulator, wanted("beside"))
    before = assignments(emulator)
    assert status(emulator, wanted("beside")) == "Failed"
    change = "change the repositories of Container Registry Repository Reader on basereg for puller"
    assert titles(emulator, wanted("beside", "team/*")) == [change]
    apply(emulator, wanted("beside", "team/*"))
    assert status(emulator, wanted("beside", "team/*")) == "Succeeded"
    assert assignments(emulator) == before
    assert titles(emulator, wanted()) == [change]
    apply(emulator, wanted())
    assert titles(emulator, wanted()) == []


def test_two_specs_that_need_other_repositories_of_one_registry_both_have_them() -> None:
    emulator = registries(BY_REPOSITORY)

    def wanted(name: str, repository: str) -> Spec:
        access = [{"registry": "basereg", "repositories": [repository]}]
        return spec({f"{name}-task": doing("pull", "basereg", repository, identity="puller", pull=access)}, name)

    left, right = wanted("left", "beside"), wanted("right", "team/app")
    apply(emulator, left)
    apply(emulator, right)
    assert [titles(emulator, one) for one in (left, right)] == [[], []]
    assert [status(emulator, one) for one in (left, right)] == ["Succeeded", "Succeeded"]
    destroy(emulator, left)
    assert status(emulator, right) == "Succeeded"
    destroy(emulator, right)
    assert our_roles(emulator) == []


@pytest.mark.parametrize("runs_as", ["system", "puller"])
@pytest.mark.parametrize("starts", [CLASSIC, BY_REPOSITORY])
def test_when_a_registry_decides_otherwise_runs_succeed_again_after_an_apply(starts: str, runs_as: str) -> None:
    emulator = registries(starts)
    access: Json = {"pull": ["homereg", "basereg"], "push": ["homereg"], "identity": runs_as}
    wanted = spec({"one-task": doing("push", "homereg", **access)}, "web")
    apply(emulator, wanted)
    assert status(emulator, wanted) == "Succeeded"
    other = CLASSIC if starts == BY_REPOSITORY else BY_REPOSITORY
    for name in ("homereg", "basereg"):
        body = {"properties": {"roleAssignmentMode": other}}
        ask(emulator, "PATCH", registry(name), body, version=REGISTRIES_VERSION)
    apply(emulator, wanted)
    assert titles(emulator, wanted) == []
    assert status(emulator, wanted) == "Succeeded"
    assert len(our_roles(emulator)) == (1 if other == CLASSIC else 2)
    destroy(emulator, wanted)
    assert our_roles(emulator) == []


def source_identity(emulator: Emulator) -> object:
    found = ask(emulator, "GET", task("one-task"), version=TASKS_VERSION)
    assert isinstance(found, dict)
    return ((found["properties"].get("credentials") or {}).get("sourceRegistry") or {}).get("identity")


def test_as_whom_a_run_logs_in_goes_with_the_line_that_said_it() -> None:
    emulator = registries(BY_REPOSITORY)
    access: Json = {"identity": "system", "pull": ["homereg"]}
    apply(emulator, spec({"one-task": access}, "web"))
    assert source_identity(emulator) == "[system]"
    without = spec({"one-task": {"identity": "system"}}, "web")
    apply(emulator, without)
    assert source_identity(emulator) is None
    closed = "registry homereg decides by repository, and one-task can neither pull from it nor push to it"
    assert plan(emulator, without).notes == (f"{closed}: name it in `pull` or `push` of each task that does",)


def test_as_whom_a_run_logs_in_stays_if_somebody_else_said_it() -> None:
    emulator = registries(BY_REPOSITORY)
    bare = spec({"one-task": {"identity": "system"}}, "web")
    apply(emulator, bare)
    body = {"properties": {"credentials": {"sourceRegistry": {"identity": "[system]"}}}}
    ask(emulator, "PATCH", task("one-task"), body, version=TASKS_VERSION)
    found = plan(emulator, bare)
    assert (found.changes, found.notes) == ((), ())


@pytest.mark.parametrize(("stated", "expected"), [("system", "[system]"), ("none", None)])
def test_a_classic_registry_is_used_as_whom_the_spec_names(stated: str, expected: str | None) -> None:
    emulator = registries(CLASSIC)
    access: Json = {"identity": "system", "source_identity": stated, "push": ["homereg"]}
    wanted = spec({"one-task": doing("push", "homereg", **access)}, "web")
    apply(emulator, wanted)
    assert source_identity(emulator) == expected
    assert status(emulator, wanted) == "Succeeded"
    assert len(our_roles(emulator)) == (1 if expected else 0)


@pytest.mark.parametrize("mode", [CLASSIC, BY_REPOSITORY])
def test_a_part_of_a_spec_needs_no_lesser_role_where_the_whole_spec_has_a_wider_one(mode: str) -> None:
    emulator = registries(mode)
    on_vault: Json = {"names": ["Word"], "scope": "vault"}
    wanted = spec(
        {
            "more-task": {"identity": "puller", "push": ["basereg"], "secrets": {"by-roles": on_vault}},
            "less-task": {"identity": "puller", "pull": ["basereg"], "secrets": {"by-roles": ["Word"]}},
        },
        "web",
    )
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.apply(provisioner.plan(wanted, tasks=["less-task"])).is_complete
        assert len(our_roles(emulator)) == 2
        assert provisioner.apply(provisioner.plan(wanted)).is_complete
        assert len(our_roles(emulator)) == 2
        for part in (None, ["less-task"], ["more-task"]):
            assert provisioner.plan(wanted, tasks=part).is_empty
