"""Whoever runs a command says where its credentials go; a spec only ever picks one of Azure's own clouds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.cli import main
from acr_identity.errors import NotAuthorisedError, SettingsError, SpecError
from acr_identity.ids import CLOUDS
from acr_identity.provisioner import Provisioner, load_cloud
from acr_identity.sdk import Token
from acr_identity.spec import parse_spec
from cli.stand_ins import StandInForAzure

CLOUD = """
resource_manager: https://localhost:8443
authority: https://localhost:8444
registry_suffix: azurecr.test
vault_suffix: vault.test
"""
CHINA, GOVERNMENT, PUBLIC = "AzureChinaCloud", "AzureUSGovernment", "AzureCloud"
REFUSED = (
    "is not the name of a known cloud. Use AzureCloud, AzureChinaCloud or AzureUSGovernment; "
    "a cloud file is taken only from --cloud FILE or ACR_IDENTITY_CLOUD=FILE.\n"
)


def spec_with_cloud(folder: Path, cloud: str) -> None:
    spec = folder / "spec.yaml"
    spec.write_text(f"cloud: {cloud}\n{spec.read_text()}")


def cloud_of(azure: StandInForAzure, *arguments: str) -> str:
    assert main(["plan", "spec.yaml", *arguments]) == 0
    return azure.clouds[-1].name


class NobodySignsIn:
    """A credential that gives no token, and remembers what for it was asked."""

    def __init__(self) -> None:
        self.asked_for: set[tuple[str, ...]] = set()

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        self.asked_for.add(scopes)
        raise RuntimeError(f"nobody is signed in: {claims} {tenant_id}")


@pytest.mark.parametrize(
    ("named", "environment", "spec", "expected"),
    [
        (None, None, None, PUBLIC),
        (None, None, PUBLIC, PUBLIC),
        (None, GOVERNMENT, None, GOVERNMENT),
        (None, "test.yaml", None, "test.yaml"),
        (None, PUBLIC, CHINA, PUBLIC),
        (None, GOVERNMENT, CHINA, GOVERNMENT),
        (None, "test.yaml", CHINA, "test.yaml"),
        (GOVERNMENT, None, CHINA, GOVERNMENT),
        (PUBLIC, GOVERNMENT, CHINA, PUBLIC),
        ("test.yaml", GOVERNMENT, CHINA, "test.yaml"),
        ("test.yaml", None, None, "test.yaml"),
    ],
)
def test_the_command_and_python_go_to_the_same_cloud(
    azure: StandInForAzure,
    monkeypatch: pytest.MonkeyPatch,
    named: str | None,
    environment: str | None,
    spec: str | None,
    expected: str,
) -> None:
    (azure.folder / "test.yaml").write_text(CLOUD)
    if environment:
        monkeypatch.setenv("ACR_IDENTITY_CLOUD", environment)
    if spec:
        spec_with_cloud(azure.folder, spec)
    credential = NobodySignsIn()
    with (
        Provisioner(credential, load_cloud(named) if named else None) as provisioner,
        pytest.raises(NotAuthorisedError),
    ):
        provisioner.plan("spec.yaml")
    assert cloud_of(azure, *(["--cloud", named] if named else [])) == expected
    assert credential.asked_for == {load_cloud(expected).credential_scopes}


def test_where_the_caller_names_no_cloud_a_command_takes_the_one_that_the_spec_names(azure: StandInForAzure) -> None:
    spec_with_cloud(azure.folder, CHINA)
    assert cloud_of(azure) == CHINA


def test_where_the_caller_names_no_cloud_python_refuses_a_spec_for_another_one(azure: StandInForAzure) -> None:
    spec_with_cloud(azure.folder, CHINA)
    with Provisioner(NobodySignsIn()) as provisioner, pytest.raises(SettingsError) as caught:
        provisioner.plan("spec.yaml")
    assert (caught.value.message, caught.value.advice) == (
        "the spec is for AzureChinaCloud, and this provisioner talks to AzureCloud",
        "Make it with cloud=load_cloud('AzureChinaCloud'), or set ACR_IDENTITY_CLOUD=AzureChinaCloud.",
    )


@pytest.mark.parametrize(
    ("option", "environment", "note"),
    [
        (GOVERNMENT, None, "note: the spec is for AzureChinaCloud; --cloud goes before it and names AzureUSGovernment"),
        (
            None,
            "test.yaml",
            "note: the spec is for AzureChinaCloud; ACR_IDENTITY_CLOUD goes before it and names test.yaml",
        ),
        (CHINA, GOVERNMENT, None),
    ],
)
def test_a_note_says_that_the_spec_is_for_another_cloud(
    azure: StandInForAzure,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str | None,
    environment: str | None,
    note: str | None,
) -> None:
    (azure.folder / "test.yaml").write_text(CLOUD)
    spec_with_cloud(azure.folder, CHINA)
    if environment:
        monkeypatch.setenv("ACR_IDENTITY_CLOUD", environment)
    cloud_of(azure, *(["--cloud", option] if option else []))
    assert capsys.readouterr().err.splitlines() == ([note] if note else [])


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "run", "logs", "show", "destroy"])
def test_a_spec_that_names_a_file_is_refused_with_its_place_by_every_command(
    azure: StandInForAzure, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (azure.folder / "test.yaml").write_text(CLOUD)
    spec_with_cloud(azure.folder, "test.yaml")
    assert main([command, "spec.yaml"]) == 3
    assert capsys.readouterr() == ("", f"spec.yaml:1:8: 'test.yaml' {REFUSED}")
    assert azure.clouds == [], "nothing was asked"


@pytest.mark.parametrize("cloud", ["test.yaml", PUBLIC])
def test_the_caller_is_no_excuse_for_a_spec_that_names_a_file(azure: StandInForAzure, cloud: str) -> None:
    (azure.folder / "test.yaml").write_text(CLOUD)
    spec_with_cloud(azure.folder, "test.yaml")
    assert main(["plan", "spec.yaml", "--cloud", cloud]) == 3


def test_what_a_spec_names_as_cloud_is_not_opened(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(azure.folder / "pipe")
    spec_with_cloud(azure.folder, "pipe")
    assert main(["plan", "spec.yaml"]) == 3, "whoever opens a pipe to which nobody writes waits for ever"
    assert capsys.readouterr().err == f"spec.yaml:1:8: 'pipe' {REFUSED}"


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from([*CLOUDS, "azurecloud", "AzureCloud "])
)
def test_no_spec_leads_to_another_cloud_than_those_of_azure(cloud: str) -> None:
    quoted = cloud.replace("'", "''")
    text = f"cloud: '{quoted}'\ntasks: {{}}\n"
    if cloud in CLOUDS:
        assert parse_spec(text).cloud == cloud
    else:
        with pytest.raises(SpecError) as caught:
            parse_spec(text)
        assert [problem.path for problem in caught.value.problems] == [("cloud",)]


def test_a_file_of_the_caller_is_relative_to_the_current_folder(
    azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    (azure.folder / "elsewhere").mkdir()
    (azure.folder / "elsewhere" / "test.yaml").write_text(CLOUD)
    monkeypatch.chdir(azure.folder / "elsewhere")
    monkeypatch.setenv("ACR_IDENTITY_CLOUD", "test.yaml")
    assert main(["plan", "../spec.yaml"]) == 0
    assert main(["plan", "../spec.yaml", "--cloud", "test.yaml"]) == 0
    assert [cloud.resource_manager for cloud in azure.clouds] == ["https://localhost:8443"] * 2


@pytest.mark.usefixtures("azure")
def test_a_cloud_that_nobody_knows_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "spec.yaml", "--cloud", "Moon"]) == 1
    assert capsys.readouterr().err.startswith("Error: no cloud and no file is called 'Moon'\n")


@pytest.mark.parametrize("bundle", ["nowhere.pem", "a" * 400, '"a\\0b"', "/dev/zero", "."])
def test_a_bundle_of_authorities_is_a_file(folder: Path, bundle: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "test.yaml").write_text(f"{CLOUD}ca_bundle: {bundle}\n")
    main(["init", "cross-registry"])
    assert main(["plan", "spec.yaml", "--cloud", "test.yaml"]) == 1
    assert "is not a file" in capsys.readouterr().err


@pytest.mark.parametrize("cloud", ["", "a" * 400, "a\0b", "/dev/null/x"])
def test_what_can_be_no_path_is_no_cloud(azure: StandInForAzure, cloud: str) -> None:
    assert main(["plan", "spec.yaml", "--cloud", cloud]) == 1
    assert azure.clouds == []


@pytest.mark.usefixtures("azure")
def test_a_cloud_of_the_environment_that_nobody_knows_is_named_with_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ACR_IDENTITY_CLOUD", "Moon")
    assert main(["plan", "spec.yaml"]) == 1
    told = capsys.readouterr().err
    with pytest.raises(SettingsError) as caught:
        Provisioner()
    assert caught.value.message == "ACR_IDENTITY_CLOUD: no cloud and no file is called 'Moon'"
    assert told.startswith(f"Error: {caught.value.message}\n")


def test_with_an_emulator_no_cloud_is_taken(cross_registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACR_IDENTITY_CLOUD", "Moon")
    spec_with_cloud(cross_registry, CHINA)
    assert main(["plan", "spec.yaml", "--emulator"]) == 0


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"\0\xff", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_bundle_of_authorities_holds_certificates(
    folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bundle.pem").write_bytes(content)
    (folder / "test.yaml").write_text(f"{CLOUD}ca_bundle: bundle.pem\n")
    main(["init", "cross-registry"])
    assert main(["plan", "spec.yaml", "--cloud", "test.yaml"]) == 1
    assert "ca_bundle 'bundle.pem' holds no certificates" in capsys.readouterr().err
