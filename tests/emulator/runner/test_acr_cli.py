"""`acr purge` and `acr tag` in a run: they do what the login of the run may do, in the words of the real command."""

from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.runner_port import Image
from emulator.runner.fake_surroundings import FakeSurroundings, digest_of
from emulator.runner.outcome_text import run_text, steps_part
from emulator.runner.seed_flows import SERVER

TOOL = "mcr.microsoft.com/acr/acr-cli:0.19"
GROUP = "[untagged untagged-only]"
TAGS = ("app:1", "app:2", "team/web:1")
REFUSED = (
    "Failure responding to request: StatusCode=401 -- Original Error: autorest/azure: Service returned an error. "
    'Status=401 Code="Unknown" Message="Unknown service error" Details=[{"errors":[{"code":"UNAUTHORIZED",'
    '"detail":[%s],'
    '"message":"authentication required, visit https://aka.ms/acr/authorization for more information."}]}]'
)
MAY_NOT_DELETE = REFUSED % '{"Action":"delete","Name":"app","Type":"repository"}'
MAY_NOT_LIST = REFUSED % '{"Action":"*","Name":"catalog","Type":"registry"}'


def cloud(*, reads: bool = True, deletes: bool = True) -> FakeSurroundings:
    """Return a registry whose tags are two days old."""
    return FakeSurroundings(
        images={TOOL, *(f"{SERVER}/{tag}" for tag in TAGS)},
        pullers={(SERVER, "source")} if reads else {(SERVER, "another")},
        pushers={(SERVER, "source")} if deletes else set(),
    )


def said(command: str, surroundings: FakeSurroundings | None = None) -> tuple[list[str], list[str]]:
    """Return what a command prints, and the tags that are gone."""
    outcome = run_text(f"version: v1.1.0\nsteps:\n  - cmd: {command}\n", surroundings or cloud())
    lines = steps_part(outcome)
    begin = next(index for index, line in enumerate(lines) if line.startswith("Status: Downloaded")) + 1
    ends = ("Successfully executed", "Container failed")
    end = next(index for index, line in enumerate(lines) if line.startswith(ends))
    return lines[begin:end], [f"{one.repository}:{one.tag}" for one in outcome.untagged]


def test_old_tags_go_and_manifests_without_a_tag_with_them() -> None:
    assert said("acr purge --filter 'app:.*' --ago 1d --untagged --keep 1") == (
        [
            "Deleting tags for repository: app",
            f"Deleted {SERVER}/app:2",
            "Deleting manifests for repository: app",
            f"Deleted {SERVER}/app@{digest_of(f'{SERVER}/app:2')}",
            "",
            "Number of deleted tags: 1",
            "Number of deleted manifests: 1",
        ],
        ["app:2"],
    )


def test_a_dry_run_deletes_nothing() -> None:
    assert said("acr purge -r myregistry -f '.*/.*:.*' --ago 1d12h --dry-run") == (
        [
            (
                "DRY RUN: The following output shows what WOULD be deleted if the purge command was executed. "
                "Nothing is deleted."
            ),
            "Would delete tags for repository: team/web",
            f"Would delete: {SERVER}/team/web:1",
            "",
            "Number of tags to be deleted: 1",
            "Number of manifests to be deleted: 0",
        ],
        [],
    )


@pytest.mark.parametrize("ago", ["3d", "2d1h", "72h", "1000d", "9x"])
def test_what_is_not_old_enough_stays(ago: str) -> None:
    assert said(f"acr purge --filter '.*:.*' --ago {ago}")[1] == []


def test_several_filters_of_one_repository_count_together() -> None:
    assert said("acr purge --filter 'app:^1$' --filter 'a[p]+:^2$' --ago 0d")[1] == ["app:1", "app:2"]


def test_who_may_not_delete_is_told_where() -> None:
    assert said("acr purge --filter 'app:.*' --filter 'team/web:.*' --ago 1d", cloud(deletes=False)) == (
        [
            "Deleting tags for repository: app",
            f"Failed to delete {SERVER}/app:1, error: acr.BaseClient#DeleteAcrTag: {MAY_NOT_DELETE}",
            f"Failed to delete {SERVER}/app:2, error: acr.BaseClient#DeleteAcrTag: {MAY_NOT_DELETE}",
            "",
            "Number of deleted tags: 0",
            "Number of deleted manifests: 0",
            'Error: insufficient permissions to purge tags for repository "app"',
            "  Completed repositories: none",
            "  Remaining repositories not yet processed (1): team/web",
            "  Hint: use a more specific --filter to target only repositories you have permissions for",
        ],
        [],
    )


def test_who_may_not_list_the_repositories_is_told_so() -> None:
    assert said("acr purge --filter 'app.*:.*' --ago 1d", cloud(reads=False)) == (
        [f"Error: acr.BaseClient#GetRepositories: {MAY_NOT_LIST}"],
        [],
    )


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("purge --ago 1d", "at least one of the flags in the group [filter untagged-only] is required"),
        ("purge --filter 'a:b'", "--ago is required when not using --untagged-only"),
        ("purge --filter 'a:b' --ago 7", 'time: missing unit in duration "7"'),
        ("purge --filter 'a' --ago 1d", "unable to correctly parse filter flag"),
        ("purge --filter ':a' --ago 1d", "missing repository name/expression"),
        ("purge --filter 'a:' --ago 1d", "missing tag name/expression"),
        ("purge --filter 'a:b' --agoo 1d", "unknown flag: --agoo"),
        (
            "purge --untagged --untagged-only",
            f"if any flags in the group {GROUP} are set none of the others can be; {GROUP} were all set",
        ),
        (
            "purge -r other --filter 'a:b' --ago 1d",
            "unable to resolve authentication, missing identity token or password",
        ),
        ("tag list", 'required flag(s) "repository" not set'),
    ],
)
def test_a_wrong_command_says_what_is_wrong(command: str, error: str) -> None:
    assert said(f"acr {command}") == ([f"Error: {error}"], [])


def test_tags_are_listed_and_deleted_one_by_one() -> None:
    assert said("acr tag list --repository app") == (
        ['Listing tags for the "app" repository:', f"{SERVER}/app:1", f"{SERVER}/app:2"],
        [],
    )
    assert said("acr tag delete --repository app 2") == ([f"{SERVER}/app:2"], ["app:2"])


def test_what_is_pushed_after_it_was_deleted_is_there() -> None:
    steps = f"  - cmd: acr tag delete --repository app 2\n  - cmd: docker pull {TOOL}\n"
    steps += f"  - cmd: docker tag {TOOL} {SERVER}/app:2\n  - push: ['{SERVER}/app:2']\n"
    surroundings = cloud()
    surroundings.images.add("docker.io/library/docker:latest")
    outcome = run_text(f"version: v1.1.0\nsteps:\n{steps}", surroundings)
    assert (outcome.status, outcome.untagged) == ("Succeeded", ())
    assert outcome.pushed == (Image(SERVER, "app", "2", outcome.pushed[0].digest),)
