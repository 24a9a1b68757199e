"""HTML that people with and without sight can read, in light and dark notebooks."""

from __future__ import annotations

import re

import pytest

from acr_identity.render import IdentityView, TaskView, plan_html, task_html
from acr_identity.render.picture import chain_words, task_picture
from acr_identity.render.to_html import EDGES
from acr_identity.state import LiveTask, TaskSettings
from render import samples
from render.outputs import FRAGMENTS, Show

WHITE, DARK = "#ffffff", "#1e1e1e"


def _luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", EDGES.values())
@pytest.mark.parametrize("page", [WHITE, DARK])
def test_edges_can_be_seen_on_light_and_dark_pages(colour: str, page: str) -> None:
    assert _contrast(colour, page) >= 3


@pytest.mark.parametrize("show", FRAGMENTS.values(), ids=FRAGMENTS)
def test_a_fragment_stands_alone(show: Show) -> None:
    shown = show("x", "s")
    assert re.findall(r"<(?:script|style|link|iframe|object)\b|\bid=|\bon\w+=|url\(|<a\b", shown) == []
    assert (shown.startswith("<section aria-label="), shown.endswith("</section>")) == (True, True)


@pytest.mark.parametrize("show", FRAGMENTS.values(), ids=FRAGMENTS)
def test_every_table_has_a_caption_and_every_header_a_scope(show: Show) -> None:
    shown = show("x", "s")
    assert shown.count("<table") == shown.count("<caption")
    assert re.findall(r"<th(?! scope=\"(?:row|col)\")\b(?!ead)", shown) == []


def test_text_takes_the_colour_of_the_page() -> None:
    colours = re.findall(r"(?<![-\w])color:([^;\"]+)", plan_html(samples.plan()))
    assert set(colours) == {"inherit"}


def test_the_picture_has_its_words_beside_it() -> None:
    view = samples.task()
    assert chain_words(view) == (
        "Task helloworldtask has identity system. Task helloworldtask has identity myACRTasksId. "
        "system has get secrets (access policy) on mykeyvault. myACRTasksId has AcrPull on mybaseregistry. "
        "myACRTasksId has AcrPull (inherited) on myregistry."
    )
    assert f'role="img" aria-label="{chain_words(view)}"' in task_picture(view)
    assert task_picture(view) in task_html(view)


def test_the_picture_has_one_line_for_each_link_that_is_there() -> None:
    view = samples.task()
    ends = re.findall(r'<path d="M(\d+) (\d+)L(\d+) (\d+)"', task_picture(view))
    assert ends == [
        ("222", "56", "292", "26"),
        ("222", "56", "292", "86"),
        ("512", "26", "582", "26"),
        ("512", "86", "582", "86"),
        ("512", "86", "582", "146"),
    ]


def test_the_picture_invents_no_rights() -> None:
    view = TaskView(LiveTask(samples.TASK, "eastus", TaskSettings()), (IdentityView(None, "3333"),))
    assert chain_words(view) == "Task helloworldtask has identity system. system has no rights."
    assert task_picture(view).count("<path") == 1
    assert task_picture(view).count("<rect") == 2


def test_a_right_of_somebody_else_is_not_drawn() -> None:
    task = samples.task()
    stranger = TaskView(task.task, (IdentityView(None, "9999"),), task.grants)
    assert chain_words(stranger) == "Task helloworldtask has identity system. system has no rights."


def test_without_identities_there_is_no_picture() -> None:
    assert task_picture(TaskView(LiveTask(samples.TASK, "eastus", TaskSettings()))) == ""


def test_long_names_are_cut_in_the_picture_and_whole_in_its_title() -> None:
    name = "identity-with-a-name-that-is-far-too-long"
    picture = task_picture(TaskView(samples.task().task, (IdentityView(samples.identity(name), "3333"),)))
    assert f"<title>identity (user): {name}</title>" in picture
    assert f'font-weight="bold">{name[:24]}…</text>' in picture
