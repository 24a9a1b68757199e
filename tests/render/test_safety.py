"""What names and messages can hold, and what no output may ever hold."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from acr_identity.errors import UnsafePlanError
from acr_identity.render import change_title, error_html, error_markdown, error_text
from acr_identity.render.escape import sentence, visible
from acr_identity.secrecy import redacted
from render import samples
from render.outputs import COLOURED, COMMENTS, DATA, FRAGMENTS, PLAIN, Show

NASTY = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "a\rb\nc\td",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> '",
    "</td></table></section>",
    "<!-- a -->",
    "a | b || c",
    "`x` ``y``",
    "\u202ereversed\u202c",
    "zero\u200bwidth\ufeff",
    "\ud800",
    "**bold** _it_ ~~no~~ # [a](https://evil.example) ![i](x)",
    "- item",
    "---",
    "1. first",
    "# heading",
    "> quote",
    "    code",
    "&lt;b&gt; &amp;",
    "\\",
    "\\| \\`",
    "@everyone see #12",
    "https://example.com :smile:",
    "<details>",
    "\x85\u2028\u2029",
)
TEXT = (
    st.sampled_from(NASTY)
    | st.text(min_size=1, max_size=30)
    | st.text("<>&\"'|`*_#-+\\\x1b\n\u202e [](){}!~", min_size=1)
)
WITHOUT_ADDRESS = TEXT.filter(lambda text: "://" not in text)
"""Texts of which nothing is hidden, even where an `@` follows them."""
HARMLESS = "x"
FRAGMENT_IDS = sorted(FRAGMENTS)
COMMENT_IDS = sorted(COMMENTS)
RENDITION = re.compile(r"\x1b\[(?:1|31|32|33|36|0)m")


_OF_LINES = {"br", "ins", "del", "span"}
"""Tags of lines: how many there are depends on the text."""


class _Reader(HTMLParser):
    """The tags of a fragment with the names of their attributes, and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)
        if tag in _OF_LINES:
            assert [name for name, _ in attrs] in ([], ["style"], ["aria-hidden"])
        else:
            self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _read_html(fragment: str) -> _Reader:
    reader = _Reader()
    reader.feed(fragment)
    reader.close()
    assert reader.open == []
    return reader


def _tokens(comment: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(comment)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def _structure(tokens: list[Token]) -> list[tuple[str, str]]:
    """Return all but the texts and the breaks between lines of a cell."""
    quiet = {"text", "html_inline"}
    return [
        (token.type, token.content if token.type == "html_block" else "") for token in tokens if token.type not in quiet
    ]


def _words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", sorted(PLAIN))
@given(text=TEXT)
def test_terminal_text_has_no_control_characters(name: str, text: str) -> None:
    shown = PLAIN[name](text, "s")
    assert all(line.isprintable() for line in shown.split("\n"))


@pytest.mark.parametrize("name", sorted(PLAIN))
@given(text=TEXT)
def test_colours_add_nothing_but_colours(name: str, text: str) -> None:
    coloured = COLOURED[f"coloured {name}"](text, "s")
    assert RENDITION.search(coloured)
    assert RENDITION.sub("", coloured) == PLAIN[name](text, "s")


@pytest.mark.parametrize("name", FRAGMENT_IDS)
@given(text=TEXT)
def test_no_text_changes_the_tags_of_html(name: str, text: str) -> None:
    harmless, shown = _read_html(FRAGMENTS[name](HARMLESS, "s")), _read_html(FRAGMENTS[name](text, "s"))
    assert shown.tags == harmless.tags


@pytest.mark.parametrize("name", FRAGMENT_IDS)
@given(text=WITHOUT_ADDRESS)
def test_html_shows_the_text_itself(name: str, text: str) -> None:
    shown = _words("".join(_read_html(FRAGMENTS[name](text, "s")).texts))
    assert _words(visible(text)) in shown or _words(visible(sentence(text))) in shown


@pytest.mark.parametrize("name", COMMENT_IDS)
@given(text=TEXT)
def test_no_text_changes_the_structure_of_markdown(name: str, text: str) -> None:
    harmless, shown = _tokens(COMMENTS[name](HARMLESS, "s")), _tokens(COMMENTS[name](text, "s"))
    # A difference of several lines is a list of lines: how many there are depends on the text.
    if "\n" not in text and name != "plan.md":
        assert _structure(shown) == _structure(harmless)
    assert {kind for kind, _ in _structure(shown)} <= {kind for kind, _ in _structure(harmless)}
    assert {token.content for token in shown if token.type == "html_inline"} <= {"<br>", "<!-- -->"}


@pytest.mark.parametrize("name", COMMENT_IDS)
@given(text=WITHOUT_ADDRESS)
def test_markdown_shows_the_text_itself(name: str, text: str) -> None:
    tokens = _tokens(COMMENTS[name](text, "s"))
    shown = _words("".join(token.content for token in tokens if token.type == "text"))
    assert _words(visible(text)) in shown or _words(visible(sentence(text))) in shown


@given(text=TEXT)
def test_nobody_is_notified_by_a_comment(text: str) -> None:
    shown = error_markdown(UnsafePlanError([text]))
    assert not re.search(r"(?<!\w)@\w|(?<!&)#\d", shown)


@given(secret=st.text("abcdefghij0123456789", min_size=6).map("PLANTED-{}".format))
@example(secret="PLANTED-p@ss")
def test_no_output_holds_a_secret(secret: str) -> None:
    for name, show in {**PLAIN, **COLOURED, **FRAGMENTS, **COMMENTS, **DATA}.items():
        assert "PLANTED" not in show("x", secret), name


@pytest.mark.parametrize(("name", "show"), DATA.items(), ids=DATA)
@given(text=TEXT)
def test_json_parses_and_is_ascii(name: str, show: Show, text: str) -> None:
    shown = show(text, "s")
    assert (shown.isascii(), all(line.isprintable() for line in shown.split("\n"))) == (True, True)
    head = json.loads(shown)
    kind = name.removesuffix(".json").removeprefix("failed-").removeprefix("spec-").removeprefix("azure-")
    assert (head["version"], head["kind"]) == (1, kind)


@given(text=TEXT)
def test_json_of_a_plan_has_all_changes_in_order(text: str) -> None:
    plan = samples.plan(text)
    shown = json.loads(DATA["plan.json"](text, samples.SECRET))
    assert [change["key"] for change in shown["changes"]] == [redacted(change.key) for change in plan.changes]
    assert [change["after"] for change in shown["changes"]] == [list(step.after) for step in plan.steps]
    assert shown["notes"] == [redacted(note) for note in plan.notes]


@given(text=TEXT)
def test_titles_are_one_printable_line(text: str) -> None:
    assert all(change_title(change).isprintable() for change in samples.changes(text))


@given(text=st.text() | TEXT)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(visible(text)) == visible(text)
    assert visible(text) == text or not text.isprintable() or redacted(text) != text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:token@example.com/a.git", "https://(secret)@example.com/a.git"),
        ("https://user:p@ss@example.com", "https://(secret)@example.com"),
        ("https://token@example.com", "https://(secret)@example.com"),
        (
            "https://x.blob.core.windows.net/c?sv=1&sig=abc%3D&se=2",
            "https://x.blob.core.windows.net/c?sv=1&sig=(secret)&se=2",
        ),
        ("registry.azurecr.io/app:1@sha256:00", "registry.azurecr.io/app:1@sha256:00"),
        ("https://registry.azurecr.io/app@sha256:00", "https://registry.azurecr.io/app@sha256:00"),
    ],
)
def test_credentials_in_addresses_are_hidden(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize("show", [error_text, error_html, error_markdown])
def test_an_error_of_an_address_hides_its_credentials(show: object) -> None:
    assert callable(show)
    assert "token" not in show(UnsafePlanError(["no answer from https://user:token@example.com"]))
