"""A spec with ten mistakes gives ten messages, each with its place and a fix."""

from pathlib import Path

import pytest

from acr_identity.errors import ExitCode, SpecError
from acr_identity.spec import load_spec

_FILE = Path(__file__).with_name("ten_mistakes.yaml")
_MESSAGES = [
    "3:15: '1111-2222' is not the id of a subscription. Use a GUID such as 11111111-1111-1111-1111-111111111111.",
    "7:3: 'my_base' is not the name of a registry. Use 5 to 50 letters and digits, or give the whole `id`.",
    "14:15: The registry 'myregistri' is not among `registries`. Did you mean 'myregistry'?",
    f"16:11: There is no file {str(_FILE.with_name('missing.yaml'))!r}. Paths are relative to the spec.",
    "18:5: There is no key 'timout' here. Did you mean 'timeout'?",
    "19:3: The task has nothing to run. Add `file`, `command`, `git` or `docker`.",
    "23:7: The vault 'mykeyvolt' is not among `vaults`. Did you mean 'mykeyvault'?",
    "25:16: The hour 25 is above 23. An example is '0 21 * * *': each day at 21:00 UTC.",
    (
        "29:19: A secret is never written into the spec. "
        "Write {env: NAME} for an environment variable or {vault: …, secret: …} for a key vault."
    ),
    "30:14: Expected true or false, found text.",
]


def test_a_spec_with_ten_mistakes_prints_ten_messages_with_positions() -> None:
    with pytest.raises(SpecError) as caught:
        load_spec(_FILE)
    assert str(caught.value).splitlines() == [f"{_FILE}:{message}" for message in _MESSAGES]
    assert caught.value.exit_code is ExitCode.INVALID_SPEC


def test_a_literal_password_is_not_repeated() -> None:
    with pytest.raises(SpecError) as caught:
        load_spec(str(_FILE))
    assert "hunter2" not in repr(caught.value.problems) + str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
