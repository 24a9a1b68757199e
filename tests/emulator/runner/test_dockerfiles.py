"""Dockerfiles: what the scanner sees and what docker pulls."""

from __future__ import annotations

import pytest

from acr_identity.emulator.runner.dockerfile import Pull, Scan, pulls, scan
from acr_identity.emulator.runner.run_errors import RunError

MULTI = """\
ARG BASE=base:1
FROM ${BASE} AS build
COPY --from=tools:2 /t /t
FROM alpine AS tests
COPY --from=build /a /a
FROM build AS middle
FROM nginx:3
COPY --from=0 /a /a
COPY --from=middle /b /b
"""


@pytest.mark.parametrize(
    ("text", "arguments", "target", "result"),
    [
        (MULTI, (), "", Scan("nginx:3", ("base:1", "alpine"))),
        (MULTI, ("BASE=other:9",), "build", Scan("other:9", ())),
        ("\ufefffrom a\n", (), "", Scan("a", ())),
        ("# FROM x\nARG A='1'\nARG A=2\nFROM i:$A as x extra words\nFROM x\n", (), "", Scan("i:1", ())),
        ("FROM r/${X:-d}:1", ("X:-d=seen",), "", Scan("r/seen:1", ())),
        ("FROM r$X/a", (), "", Scan("r/a", ())),
        ("FROM scratch", (), "", Scan("scratch", ())),
    ],
)
def test_the_scanner_finds_the_bases(text: str, arguments: tuple[str, ...], target: str, result: Scan) -> None:
    assert scan(text, arguments, target) == result


@pytest.mark.parametrize(
    ("text", "arguments", "problem"),
    [
        (
            "FROM --platform=linux/amd64 a AS b",
            (),
            "unable to understand line FROM --platform=linux/amd64 a AS b",
        ),
        ("FROM --platform=linux/amd64 a", (), "unable to understand line FROM --platform=linux/amd64 a"),
        ("FROM", (), "unable to understand line FROM"),
        ("RUN x", (), "unexpected dockerfile format"),
        ("ARG\nFROM a", (), "dockerfile syntax requires ARG directive to have exactly 1 argument. LINE: ARG"),
        ("FROM a", ("X",), "X cannot be split into 2 tokens with '='"),
    ],
)
def test_what_the_scanner_does_not_understand_is_named(text: str, arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(RunError) as caught:
        scan(text, arguments, "")
    assert caught.value.text == problem


@pytest.mark.parametrize(
    ("target", "buildkit", "images"),
    [
        ("", False, ("base:1", "tools:2", "alpine", "nginx:3")),
        ("", True, ("base:1", "tools:2", "nginx:3")),
        ("build", False, ("base:1", "tools:2")),
        ("TESTS", False, ("base:1", "tools:2", "alpine")),
        ("0", False, ("base:1", "tools:2")),
    ],
)
def test_docker_pulls_what_the_target_needs(target: str, *, buildkit: bool, images: tuple[str, ...]) -> None:
    assert tuple(pull.image for pull in pulls(MULTI, (), target, buildkit=buildkit)) == images


def test_only_buildkit_pulls_the_syntax_image_and_what_is_mounted() -> None:
    text = "# syntax=docker/dockerfile:1\nFROM scratch\nRUN --mount=type=bind,from=tools:2,target=/t \\\n  x\n"
    assert pulls(text, (), "", buildkit=True) == (Pull("docker/dockerfile:1", 0), Pull("tools:2", 2))
    assert pulls(text, (), "", buildkit=False) == ()


@pytest.mark.parametrize(
    ("text", "arguments", "image"),
    [
        ("ARG A=1\nARG B=${A}2\nFROM i:$B", (), "i:12"),
        ("ARG A\nFROM i:${A:-x}", (), "i:x"),
        ("ARG A\nFROM i:${A:+set}", ("A=1",), "i:set"),
        ("ARG A=1\nFROM i:$A", ("A=2", "B=3"), "i:2"),
        ("ARG A=1\nFROM a\\$A", (), "a$A"),
        ("FROM --platform=linux/arm64 i", (), "i"),
    ],
)
def test_docker_expands_only_what_is_declared_before_the_first_from(
    text: str, arguments: tuple[str, ...], image: str
) -> None:
    assert pulls(text, arguments, "", buildkit=False)[0].image == image


@pytest.mark.parametrize(
    ("text", "target", "problem"),
    [
        ("ARG A\nFROM $A", "", "base name ($A) should not be blank"),
        ("RUN x\nFROM a", "", "no build stage in current context"),
        ("", "", "file with no instructions"),
        ("FROM a b", "", "FROM requires either one or three arguments"),
        ("FROM", "", "FROM requires either one or three arguments"),
        ("FROM a", "t", "failed to reach build target t in Dockerfile"),
    ],
)
def test_a_file_that_docker_refuses_is_refused_in_its_words(text: str, target: str, problem: str) -> None:
    with pytest.raises(RunError) as caught:
        pulls(text, (), target, buildkit=False)
    assert caught.value.text == problem
