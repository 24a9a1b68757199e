"""Each command that our advice names is one of `az`, with its options."""

from __future__ import annotations

import re
import subprocess

import pytest

from house.test_advice import commands


@pytest.mark.parametrize("command", commands())
def test_a_command_of_our_advice_exists(az: str, command: str) -> None:
    words = [az if word == "az" else word for word in command.partition(" --")[0].split()]
    shown = subprocess.run([*words, "--help"], capture_output=True, text=True, check=True).stdout
    assert [option for option in re.findall(r"--[a-z-]+", command) if option not in shown] == []
