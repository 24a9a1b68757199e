"""Every link of the documentation leads somewhere."""

from __future__ import annotations

import pytest

from docs.pages import PAGES, ROOT, Page

every_page = pytest.mark.parametrize("page", PAGES, ids=str)
WEB = "https://"


@every_page
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Page) -> None:
    broken = [link for link in page.links if not link.startswith(WEB) and not leads_somewhere(page, link)]
    assert broken == []


def leads_somewhere(page: Page, link: str) -> bool:
    """Say whether a link within the project has a target."""
    path, _, anchor = link.partition("#")
    target = (page.path.parent / path).resolve() if path else page.path
    if not target.exists():
        return False
    return not anchor or anchor in Page(str(target.relative_to(ROOT))).anchors


def test_every_page_can_be_reached_from_the_index() -> None:
    index = Page("docs/index.md")
    linked = {(index.path.parent / link.partition("#")[0]).resolve() for link in index.links}
    missing = [page for page in PAGES if page.path not in linked and page.name not in {"docs/index.md", "CHANGELOG.md"}]
    assert missing == []


@every_page
def test_every_page_begins_with_its_title(page: Page) -> None:
    assert page.text.startswith("# ")
