from __future__ import annotations

from pathlib import Path

import pytest

from acr_identity.cli import main

EMULATOR = ["spec.yaml", "--emulator"]


@pytest.fixture
def applied(cross_registry: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    main(["apply", *EMULATOR])
    capsys.readouterr()
    return cross_registry


def two_tasks(folder: Path) -> None:
    spec = folder / "spec.yaml"
    spec.write_text(spec.read_text() + "  other: {registry: myregistry, command: alpine}\n")


@pytest.mark.usefixtures("applied")
def test_run_prints_the_log_and_then_the_images_with_their_digests(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *EMULATOR]) == 0
    out, err = capsys.readouterr()
    log, _, result = out.partition("\nRun cf1 of task helloworldtask: Succeeded")
    assert log.splitlines()[-1] == "Run ID: cf1 was successful after 9s"
    assert "myregistry.azurecr.io/hello-world:cf1@sha256:" in result
    assert err == "queued run cf1 of task helloworldtask\n"


@pytest.mark.usefixtures("applied")
def test_run_without_waiting_prints_the_id_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *EMULATOR, "--no-wait"]) == 0
    assert capsys.readouterr() == ("cf1\n", "")


@pytest.mark.usefixtures("applied")
def test_logs_prints_what_run_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", *EMULATOR])
    ran, _, _ = capsys.readouterr().out.partition("\nRun cf1")
    for arguments in (["logs", *EMULATOR], ["logs", *EMULATOR, "helloworldtask", "--run-id", "cf1"]):
        assert main(arguments) == 0
        assert capsys.readouterr().out.partition("\nRun cf1")[0] == ran


@pytest.mark.usefixtures("applied")
def test_show_prints_the_task(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", *EMULATOR, "helloworldtask"]) == 0
    assert capsys.readouterr().out.startswith("Task helloworldtask\n")


@pytest.mark.parametrize("command", ["run", "logs", "show"])
def test_a_task_must_be_named_where_there_are_two(
    command: str, applied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_tasks(applied)
    assert main([command, *EMULATOR]) == 1
    assert capsys.readouterr().err == (
        "Error: the spec has 2 tasks: helloworldtask, other\n"
        "\n"
        "Advice: Name one behind the spec.\n"
        "\n"
        "Exit code 1: failed\n"
    )


def test_values_reach_the_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "key-vault", str(folder)])
    main(["apply", *EMULATOR])
    capsys.readouterr()
    assert main(["run", *EMULATOR, "--set", "PrivateRepo=hubuser/a=b", "--set", "PrivateRepo=hubuser/hubrepo"]) == 0
    assert "docker.io/hubuser/hubrepo:cf1@sha256:" in capsys.readouterr().out


def test_secret_values_come_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "key-vault", str(folder)])
    main(["apply", *EMULATOR])
    capsys.readouterr()
    monkeypatch.setenv("PrivateRepo", "hubuser/hubrepo")
    assert main(["run", *EMULATOR, "--set-secret", "PrivateRepo"]) == 0
    assert "docker.io/hubuser/hubrepo:cf1@sha256:" in capsys.readouterr().out


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(("value", "state"), [(None, "not set"), ("", "empty")])
def test_a_secret_value_that_is_missing_is_named(
    value: str | None, state: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if value is None:
        monkeypatch.delenv("TOKEN", raising=False)
    else:
        monkeypatch.setenv("TOKEN", value)
    assert main(["run", *EMULATOR, "--set-secret", "TOKEN"]) == 1
    assert capsys.readouterr().err == (
        f"Error: the environment variable TOKEN is {state}\n"
        "\n"
        "Advice: Export TOKEN: it holds the value.\n"
        "\n"
        "Exit code 1: failed\n"
    )


def test_a_value_that_is_missing_or_misspelt_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "key-vault", str(folder / "kv")]) == 0
    monkeypatch.chdir(folder / "kv")
    assert main(["apply", "spec.yaml", "--emulator"]) == 0
    capsys.readouterr()
    assert main(["run", "spec.yaml", "--emulator", "--set", "PrivatRepo=hubuser/hubrepo"]) == 6
    err = capsys.readouterr().err
    assert "note: the task file uses the value PrivateRepo, and none is given: it will be empty" in err
    assert "note: the task file does not use the value PrivatRepo" in err
    assert "invalid reference format" in err
