from __future__ import annotations

from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import StandInForAzure


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: an empty one, with none of the caller's settings."""
    for name in ("NO_COLOR", "ACR_IDENTITY_CLOUD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cross_registry(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return the current folder with the files of the cross-registry flow in it."""
    main(["init", "cross-registry"])
    capsys.readouterr()
    return folder


@pytest.fixture
def azure(cross_registry: Path, monkeypatch: pytest.MonkeyPatch) -> StandInForAzure:
    """Return what the commands take for Azure, which has the registries of the cross-registry flow."""
    azure = StandInForAzure(cross_registry)
    monkeypatch.setattr("acr_identity.cli.session.Provisioner", azure)
    return azure
