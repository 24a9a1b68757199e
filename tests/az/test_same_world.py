"""The proof of the product: what a person does with `az`, and what `apply` does, is the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from acr_identity.changes import AssignRole
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.provisioner import Provisioner
from acr_identity.testing.served import ServedEmulator
from az.articles import ARTICLES, CROSS_REGISTRY_AS_USER, GIVE_ROLE, Article
from az.shell import Walk
from az.specs import renamed, spec_that_says_what_az_says
from az.worlds import differences

OWN_NAMES = {
    "myACRTasksId": "build-identity",
    "helloworldtask": "nightly",
    "mybaseregistry": "goldenimages",
    "myregistry": "teamregistry",
}


@pytest.fixture(autouse=True)
def as_az_does(walk: Walk, served: ServedEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process come to the emulator as `az` does: by the proxy, as the same service principal."""
    del walk
    for name, value in served.environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


def applied(walk: Walk, article: Article, folder: Path) -> JsonObject:
    """Return the world that `apply` leaves where the article's own deeds were not done."""
    walk.after(article.scenery)
    spec = spec_that_says_what_az_says(article.flow, folder)
    with Provisioner() as provisioner:
        assert provisioner.apply(provisioner.plan(spec)).is_complete
    return walk.emulator.snapshot()


@pytest.mark.parametrize("article", ARTICLES, ids=str)
def test_apply_leaves_the_world_that_az_leaves(walk: Walk, tmp_path: Path, article: Article) -> None:
    by_az = walk.after((*article.scenery, *article.deeds)).snapshot
    difference = differences(by_az, applied(walk, article, tmp_path))
    assert difference == [], "\n".join(difference)


@pytest.mark.parametrize("article", ARTICLES, ids=str)
def test_az_runs_what_apply_made(walk: Walk, tmp_path: Path, article: Article) -> None:
    applied(walk, article, tmp_path)
    ended, _ = walk.shell.run(article.run, {})
    assert ended.code == 0, f"{ended.err}\n{ended.out}"
    assert "\nRun ID: cf1 was successful after " in ended.out


def test_the_comparison_shows_what_was_left_out(walk: Walk, tmp_path: Path) -> None:
    article = CROSS_REGISTRY_AS_USER
    by_az = walk.after(tuple(one for one in (*article.scenery, *article.deeds) if one != GIVE_ROLE)).snapshot
    difference = differences(by_az, applied(walk, article, tmp_path))
    assert {line[0] for line in difference} == {"+"}
    assert any("/role = '7f951dda-4ed3-4680-a7ca-43fe172d538d'" in line for line in difference)


@pytest.mark.parametrize("article", ARTICLES, ids=str)
def test_a_plan_finds_what_az_made_complete_and_destroy_leaves_it(walk: Walk, tmp_path: Path, article: Article) -> None:
    walk.after((*article.scenery, *article.deeds))
    whole = spec_that_says_what_az_says(article.flow, tmp_path)
    with Provisioner() as provisioner:
        assert provisioner.plan(whole).is_empty
        assert provisioner.plan(article.flow.spec).is_empty
        assert provisioner.plan_destroy(whole).is_empty


def test_a_plan_finds_it_complete_with_names_of_the_users_own(walk: Walk, files: Path, tmp_path: Path) -> None:
    article = CROSS_REGISTRY_AS_USER
    spec = spec_that_says_what_az_says(article.flow, tmp_path, OWN_NAMES)
    shutil.copy(tmp_path / article.flow.name / "nightly.yaml", files)
    walk.after(tuple(renamed(command, OWN_NAMES) for command in (*article.scenery, *article.deeds)))
    with Provisioner() as provisioner:
        assert provisioner.plan(spec).is_empty
        assert (list(spec.tasks), list(spec.identities)) == (["nightly"], ["build-identity"])


def test_what_az_left_out_is_all_that_is_planned(walk: Walk, tmp_path: Path) -> None:
    article = CROSS_REGISTRY_AS_USER
    walk.after(tuple(command for command in (*article.scenery, *article.deeds) if command != GIVE_ROLE))
    with Provisioner() as provisioner:
        plan = provisioner.plan(spec_that_says_what_az_says(article.flow, tmp_path))
        assert [type(step.change) for step in plan.steps] == [AssignRole]
