"""What programs are told, in each shell's own words."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator.server import Places
from acr_identity.emulator.server.environment import Shell, Way, script, variables
from acr_identity.emulator.server.messages import Account, Status

STATUS = Status(
    pid=1, url="https://127.0.0.1:1", proxy="http://127.0.0.1:2", state=Path("/w/s.json"), started="now", requests=0
)
NOBODY = Account(tenant="t", subscription="s", client_id="", client_secret="")


def test_each_way_undoes_what_the_other_sets() -> None:
    places = Places.beside(Path("/w/s.json"))
    proxy = variables(Way.PROXY, STATUS, NOBODY, places)
    cloud = variables(Way.CLOUD, STATUS, NOBODY, places)
    assert {name: proxy[name] for name in set(cloud) & set(proxy) if cloud[name] != proxy[name]} == {
        "AZURE_CONFIG_DIR": "/w/.acr_identity/az-proxy",
        "AZURE_AUTHORITY_HOST": None,
        "AZURE_CORE_INSTANCE_DISCOVERY": None,
        "ACR_IDENTITY_CLOUD": None,
    }


@pytest.mark.parametrize("way", Way)
def test_a_world_without_a_service_principal_leaves_nobody_to_sign_in_as(way: Way) -> None:
    found = variables(way, STATUS, NOBODY, Places.beside(Path("/w/s.json")))
    assert (found["AZURE_CLIENT_ID"], found["AZURE_CLIENT_SECRET"]) == (None, None)


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        (Shell.SH, "export A='it'\"'\"'s'\nunset B\n"),
        (Shell.FISH, "set -gx A 'it\\'s'\nset -e B\n"),
        (Shell.POWERSHELL, "$Env:A = 'it''s'\nRemove-Item Env:B -ErrorAction SilentlyContinue\n"),
    ],
)
def test_each_shell_is_told_in_its_own_language(shell: Shell, expected: str) -> None:
    assert script({"A": "it's", "B": None}, shell) == expected


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_a_posix_shell_reads_every_value_back(value: str) -> None:
    shell = shutil.which("sh") or "/bin/sh"
    read = subprocess.run(
        [shell, "-c", f'{script({"A": value}, Shell.SH)}printf %s "$A"'], capture_output=True, check=True
    )
    assert read.stdout.decode() == value
