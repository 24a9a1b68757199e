from __future__ import annotations

import pytest

from emulator.scenes import ARM, SHARED, Scene, content


def describe(scene: Scene, base: str, version: str = "2022-09-01") -> object:
    return scene.get(f"{base}/metadata/endpoints?api-version={version}").content()


def test_at_a_shared_address_everything_is_there(scene: Scene) -> None:
    found = content(scene.get(f"{SHARED}/metadata/endpoints?api-version=2022-09-01"))
    assert (found["resourceManager"], found["microsoftGraphResourceId"]) == (f"{SHARED}/", f"{SHARED}/")
    assert found["authentication"] == {
        "loginEndpoint": SHARED,
        "audiences": [SHARED],
        "tenant": "common",
        "identityProvider": "AAD",
    }


def test_the_public_cloud_describes_itself(scene: Scene) -> None:
    found = content(scene.get(f"{ARM}/metadata/endpoints?api-version=2022-09-01"))
    assert (found["resourceManager"], found["microsoftGraphResourceId"]) == (f"{ARM}/", "https://graph.microsoft.com/")
    assert found["authentication"] == {
        "loginEndpoint": "https://login.microsoftonline.com",
        "audiences": ["https://management.core.windows.net/", f"{ARM}/"],
        "tenant": "common",
        "identityProvider": "AAD",
    }
    suffixes = found["suffixes"]
    assert isinstance(suffixes, dict)
    names = ("acrLoginServer", "keyVaultDns", "storage")
    assert [suffixes[name] for name in names] == ["azurecr.io", "vault.azure.net", "core.windows.net"]


@pytest.mark.parametrize("version", ["2018-05-01", "2019-05-01", "2020-06-01"])
def test_older_versions_answer_with_a_list_of_clouds(scene: Scene, version: str) -> None:
    assert describe(scene, SHARED, version) == [describe(scene, SHARED)]


@pytest.mark.parametrize("version", ["1.0", "2015-01-01"])
def test_the_oldest_versions_know_four_members(scene: Scene, version: str) -> None:
    found = content(scene.get(f"{ARM}/metadata/endpoints?api-version={version}"))
    assert sorted(found) == ["authentication", "galleryEndpoint", "graphEndpoint", "portalEndpoint"]
