"""Names of images, commands of docker, and the shell round them."""

from __future__ import annotations

import pytest

from acr_identity.emulator.runner.commands import (
    Build,
    DockerLogin,
    ScannedBuild,
    docker_words,
    echoed,
    login_of,
    parse_build,
    scanned_build,
    scripts,
)
from acr_identity.emulator.runner.references import Reference, docker_reference, scanned_reference
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.shell import Pipeline, pipelines

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("node", Reference("docker.io", "library/node", "latest")),
        ("user/app:1", Reference("docker.io", "user/app", "1")),
        ("index.docker.io/node", Reference("docker.io", "library/node", "latest")),
        ("localhost/a", Reference("localhost", "a", "latest")),
        ("localhost:5000/a/b:2", Reference("localhost:5000", "a/b", "2")),
        (f"r.azurecr.io/a@{DIGEST}", Reference("r.azurecr.io", "a", "", DIGEST)),
        (f"r.azurecr.io/a:1@{DIGEST}", Reference("r.azurecr.io", "a", "1", DIGEST)),
    ],
)
def test_docker_reads_a_name(name: str, reference: Reference) -> None:
    assert docker_reference(name) == reference


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "invalid reference format"),
        ("/x:1", "invalid reference format"),
        ("a b", "invalid reference format"),
        ("r.azurecr.io/App", "invalid reference format: repository name (App) must be lowercase"),
    ],
)
def test_docker_refuses_what_is_no_name(name: str, problem: str) -> None:
    with pytest.raises(RunError) as caught:
        docker_reference(name)
    assert caught.value.text == problem


@pytest.mark.parametrize(
    ("name", "registry", "repository"),
    [
        ("node:1", "registry.hub.docker.com", "library/node"),
        ("user/app:1", "registry.hub.docker.com", "user/app"),
        ("r.azurecr.io/a/b:1", "r.azurecr.io", "a/b"),
        ("localhost:5000/a:1", "registry.hub.docker.com", "localhost:5000/a"),
    ],
)
def test_the_scanner_takes_a_host_for_one_only_with_a_dot(name: str, registry: str, repository: str) -> None:
    assert scanned_reference(name) == Reference(registry, repository, "1")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("/x:1", "invalid reference format"),
        ("a/B:1", "repository name must be lowercase"),
        ("", "repository name must have at least one component"),
    ],
)
def test_the_scanner_refuses_what_is_no_name(name: str, problem: str) -> None:
    with pytest.raises(RunError) as caught:
        scanned_reference(name)
    start = "Failed to parse image reference, ensure tags have a valid format"
    assert caught.value.text == f"{start}: {name}: {problem}"


def test_docker_sees_forms_with_an_equals_sign_that_the_scanner_does_not() -> None:
    text = "-t=r2.azurecr.io/x:1 --tag=y --build-arg=R=z --file=D2 -fD3 ."
    assert parse_build(text) == Build(("r2.azurecr.io/x:1", "y"), "D3", ("R=z",), "", pulls=False, contexts=(".",))
    assert scanned_build(text) == ScannedBuild((), "", (), "", ".")


def test_docker_and_the_scanner_see_forms_with_a_space() -> None:
    text = "--pull -t a:1 --target st --build-arg 'X=y z' -f D https://github.com/o/r.git#main:sub"
    context = "https://github.com/o/r.git#main:sub"
    assert parse_build(text) == Build(("a:1",), "D", ("X=y z",), "st", pulls=True, contexts=(context,))
    assert scanned_build(text) == ScannedBuild(("a:1",), "D", ("'X=y",), "st", context)


def test_the_scanner_loses_a_context_that_follows_a_switch() -> None:
    assert scanned_build("-t a --pull https://github.com/o/r.git").context == "."


@pytest.mark.parametrize(
    ("text", "login"),
    [
        ("-u a -p b", DockerLogin("docker.io", "a", "b", reads_password=False)),
        ("--username=a --password-stdin r.azurecr.io", DockerLogin("r.azurecr.io", "a", None, reads_password=True)),
        ("-ua -pb https://index.docker.io/v1/", DockerLogin("docker.io", "a", "b", reads_password=False)),
        ("--password=b https://r.azurecr.io/v2/ -u a", DockerLogin("r.azurecr.io", "a", "b", reads_password=False)),
    ],
)
def test_a_docker_login_is_read(text: str, login: DockerLogin) -> None:
    assert login_of(tuple(text.split())) == login


def test_a_docker_command_in_an_echo_is_none() -> None:
    assert docker_words(("bash", "echo", "docker", "login"), "login") is None
    assert docker_words(("docker", "run", "x"), "login") is None


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("bash echo -n a b", "a b"),
        ("img:1 printf %s secret", "secret"),
        ("printf secret", "secret"),
        ("cat file", None),
    ],
)
def test_the_output_of_an_echo_is_known(text: str, output: str | None) -> None:
    assert echoed(tuple(text.split())) == output


def test_what_follows_c_is_a_script() -> None:
    assert scripts(("bash", "-ec", "a b", "--sync", "x")) == ("a b",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a 'b c' \"d 'e\" f\\ g", (Pipeline(";", (("a", "b c", "d 'e", "f g"),)),)),
        (
            "a|b && c||d; e\nf & g",
            (
                Pipeline(";", (("a",), ("b",))),
                Pipeline("&&", (("c",),)),
                Pipeline("||", (("d",),)),
                Pipeline(";", (("e",),)),
                Pipeline(";", (("f",),)),
                Pipeline(";", (("g",),)),
            ),
        ),
        ("a$HOME \"${X}b\" '$X' $(c d) `e` \\$f", (Pipeline(";", (("a", "b", "$X", "$f"),)),)),
        ("(a)", (Pipeline(";", (("a",),)),)),
        ("  ", ()),
    ],
)  # fmt: skip
def test_a_command_line_is_taken_apart(text: str, found: tuple[Pipeline, ...]) -> None:
    assert pipelines(text) == found


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a `b", "a $(b", 'a "`b"'])
def test_a_quote_that_does_not_end_is_an_error(text: str) -> None:
    with pytest.raises(RunError, match="syntax error: unterminated quoted string"):
        pipelines(text)
