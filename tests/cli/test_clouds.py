from __future__ import annotations

from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import StandInForAzure

CLOUD = """
resource_manager: https://localhost:8443
authority: https://localhost:8444
registry_suffix: azurecr.test
vault_suffix: vault.test
"""


def spec_with_cloud(folder: Path, cloud: str) -> None:
    spec = folder / "spec.yaml"
    spec.write_text(spec.read_text() + f"cloud: {cloud}\n")


def cloud_of(azure: StandInForAzure, *arguments: str) -> str:
    main(["plan", "spec.yaml", *arguments])
    return azure.clouds[-1].name


def test_the_public_cloud_is_the_default(azure: StandInForAzure) -> None:
    assert cloud_of(azure) == "AzureCloud"


def test_the_environment_names_a_cloud(azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACR_IDENTITY_CLOUD", "AzureUSGovernment")
    assert cloud_of(azure) == "AzureUSGovernment"


def test_the_spec_goes_before_the_environment(azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACR_IDENTITY_CLOUD", "AzureUSGovernment")
    spec_with_cloud(azure.folder, "AzureChinaCloud")
    assert cloud_of(azure) == "AzureChinaCloud"


def test_the_option_goes_before_the_spec(azure: StandInForAzure) -> None:
    spec_with_cloud(azure.folder, "AzureChinaCloud")
    assert cloud_of(azure, "--cloud", "AzureUSGovernment") == "AzureUSGovernment"


def test_a_file_that_the_spec_names_is_beside_the_spec(azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    (azure.folder / "clouds").mkdir()
    (azure.folder / "clouds" / "test.yaml").write_text(CLOUD)
    spec_with_cloud(azure.folder, "clouds/test.yaml")
    monkeypatch.chdir(azure.folder / "clouds")
    main(["plan", "../spec.yaml"])
    assert azure.clouds[-1].resource_manager == "https://localhost:8443"


def test_a_file_that_the_option_names_is_beside_the_user(azure: StandInForAzure) -> None:
    (azure.folder / "test.yaml").write_text(CLOUD)
    assert cloud_of(azure, "--cloud", "test.yaml") == "test.yaml"


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


@pytest.mark.parametrize("cloud", ["a" * 400, "a\0b", "/dev/null/x"])
def test_what_can_be_no_path_is_no_cloud(azure: StandInForAzure, cloud: str) -> None:
    assert main(["plan", "spec.yaml", "--cloud", cloud]) == 1
    assert azure.clouds == []


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
