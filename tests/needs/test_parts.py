"""The parts of the reader, each by itself."""

from __future__ import annotations

import pytest

from acr_identity.needs.expressions import Surroundings, UnreadableError, evaluate, truth
from acr_identity.needs.holes import Holes, has_hole, shown
from acr_identity.needs.images import full_name, image_of, is_image
from acr_identity.needs.options import BUILD_SWITCHES, RUN_SWITCHES, parse
from acr_identity.needs.shell import Word, commands_of
from acr_identity.needs.traced import Lines, TooLongError, Traced
from acr_identity.spec.places import Place


def test_a_text_remembers_where_its_parts_come_from_however_often_they_are_replaced() -> None:
    once = Traced.of("a $b c $d e").replaced([(2, 4, "12345"), (7, 9, "")])
    twice = once.replaced([(0, 1, "xy")])
    assert (once.text, twice.text) == ("a 12345 c  e", "xy 12345 c  e")
    assert [once.origin(once.text.index(one)) for one in "a15ce"] == [0, 2, 2, 5, 10]
    assert [twice.origin(twice.text.index(one)) for one in "xy1ce"] == [0, 0, 2, 5, 10]
    assert twice.between(3, 8).text == "12345"


def test_a_text_that_grows_without_end_is_not_made() -> None:
    with pytest.raises(TooLongError):
        Traced.of("$a" * 100).replaced((at * 2, at * 2 + 2, "x" * (1 << 16)) for at in range(100))


def test_places_are_counted_from_one() -> None:
    lines = Lines.of("ab\n\ncd")
    assert [lines.place(at) for at in (0, 2, 3, 4, 5)] == [(1, 1), (1, 3), (2, 1), (3, 1), (3, 2)]
    assert lines.offset(Place(3, 2)) == 5


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a 'b c' d", [["a", "b c", "d"]]),
        ('a "b \\"c\\" $" d', [["a", 'b "c" $', "d"]]),
        ("a|b;c&&d||e&f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("a > out 2>&1 b", [["a", "b"]]),
        ("a # b\nc", [["a"], ["c"]]),
        ("a\\ b c\\\nd", [["a b", "cd"]]),
        ("(a; b) &> out", [["a"], ["b"]]),
        ("", []),
    ],
)
def test_the_shell_takes_a_line_apart(line: str, expected: list[list[str]]) -> None:
    assert [[word.text for word in command] for command in commands_of(line)] == expected


@pytest.mark.parametrize(
    ("line", "known"),
    [("a", True), ("'$a'", True), ('"$a"', False), ("$a", False), ("`a`", False), ("'a", False), ("\\$a", True)],
)
def test_what_the_shell_puts_into_a_word_is_not_known(line: str, *, known: bool) -> None:
    ((word,),) = commands_of(line)
    assert word.is_known is known


def words(line: str) -> list[Word]:
    return [word for command in commands_of(line) for word in command]


@pytest.mark.parametrize(
    ("line", "options", "rest"),
    [
        ("-it --rm a b -c", ["-i", "-t", "--rm"], ["a", "b", "-c"]),
        ("-e A=b --env=C a", ["-e A=b", "--env C"], ["a"]),
        ("-p80:80 a", ["-p 80:80"], ["a"]),
        ("-- -a", [], ["-a"]),
        ("--name", [], []),
    ],
)
def test_options_of_docker_are_taken_off_up_to_the_image(line: str, options: list[str], rest: list[str]) -> None:
    found = parse(words(line), RUN_SWITCHES, until_first=True)
    assert [f"{name} {value.text}".strip() for name, value in found.options] == options
    assert [word.text for word in found.rest] == rest


def test_options_of_a_build_may_stand_behind_its_context() -> None:
    found = parse(words(". -t a --tag=b --pull -f D"), BUILD_SWITCHES)
    assert [word.text for word in found.all("-t", "--tag")] == ["a", "b"]
    assert ([word.text for word in found.rest], found.last("-f", "--file")) == (["."], Word("D", 25))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('.Values.a | default "x"', "1"),
        ('.Values.none | default "x"', "x"),
        ('printf "%s" .Values.a', None),
        ('replace "1" "2" .Values.a', "2"),
        ("upper (lower .Values.b)", "B"),
        ('eq .Values.a "1" "2"', "true"),
        ("not .Values.none", "true"),
        ("and .Values.a .Values.none", ""),
        ("or .Values.none .Values.a", "1"),
        ('coalesce .Values.none "" .Values.b', "B"),
        ("`raw`", "raw"),
        (".Values.missing", None),
        (".Run.ID", None),
        (".Build.ID", None),
        ('index .Values "a"', "1"),
    ],
)
def test_an_expression_has_the_value_that_a_run_gives_it_or_one_that_is_not_known(
    expression: str, expected: str | None
) -> None:
    found = evaluate(expression, Surroundings({"a": "1", "b": "B", "none": ""}, {}))
    assert (found == expected) if expected is not None else has_hole(found)


@pytest.mark.parametrize("expression", ["", "|", "(.Values.a", ".Values.a)", "'a'", ".a .b", '"a" | "b"', "$x"])
def test_an_expression_of_another_kind_is_not_read(expression: str) -> None:
    with pytest.raises(UnreadableError):
        evaluate(expression, Surroundings({}, {}))


def test_what_is_not_known_is_neither_true_nor_false() -> None:
    hole = Holes().of("nobody knows")
    assert [truth(text) for text in ("", "0", "false", "a", hole, f"a{hole}")] == [
        False,
        False,
        False,
        True,
        None,
        True,
    ]


def test_a_hole_has_its_reason_and_shows_as_dots() -> None:
    holes = Holes()
    one, other = holes.of("it is secret"), holes.of("it is late")
    assert (holes.why(f"a{other}{one}"), shown(f"a{one}"), one == holes.of("it is secret")) == (
        "it is late",
        "a…",
        True,
    )


@pytest.mark.parametrize(
    ("name", "server", "repository", "whole"),
    [
        ("node", "docker.io", "library/node", "docker.io/library/node:latest"),
        ("user/app:1", "docker.io", "user/app", "docker.io/user/app:1"),
        ("index.docker.io/app", "docker.io", "library/app", "docker.io/library/app:latest"),
        ("A.azurecr.io/x/y:1", "a.azurecr.io", "x/y", "a.azurecr.io/x/y:1"),
        ("localhost:5000/a", "localhost:5000", "a", "localhost:5000/a:latest"),
    ],
)
def test_an_image_has_a_registry_a_repository_and_one_whole_name(
    name: str, server: str, repository: str, whole: str
) -> None:
    image = image_of(name)
    assert image is not None
    assert (image.server, image.repository, full_name(name)) == (server, repository, whole)


@pytest.mark.parametrize("name", ["", "A", "a//b", "/a", "a:", "a@sha256:1", "-a", "a b", "a.azurecr.io/B", "a" * 5000])
def test_what_docker_takes_for_no_image_is_none(name: str) -> None:
    assert not is_image(name)
