from __future__ import annotations

import jwt
import pytest

from acr_identity.emulator import Emulator, ManualClock, Request
from acr_identity.emulator.kernel.signing_keys import Keys, TokenSignatureError
from acr_identity.emulator.kernel.wire import JsonObject

CLAIMS: JsonObject = {"oid": "somebody", "exp": 60}


def test_a_token_says_the_same_each_time_that_it_is_read() -> None:
    keys = Keys()
    token = keys.sign(CLAIMS)
    keys.read(token)["oid"] = "somebody else"
    assert keys.read(token) == CLAIMS


def test_a_signature_is_checked_once_for_each_token(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys()
    known, new = keys.sign(CLAIMS), keys.sign({**CLAIMS, "exp": 61})
    keys.read(known)
    monkeypatch.setattr(jwt, "decode", refuse)
    assert keys.read(known) == CLAIMS
    with pytest.raises(TokenSignatureError):
        keys.read(new)


def refuse(*_: object, **__: object) -> object:
    raise jwt.InvalidSignatureError


def test_a_token_that_another_key_signed_is_refused_each_time_whoever_has_read_it() -> None:
    own, other = Keys(), Keys()
    token = own.sign(CLAIMS)
    assert own.read(token) == CLAIMS
    for _ in range(2):
        with pytest.raises(TokenSignatureError):
            other.read(token)


def test_a_token_that_is_known_is_refused_when_its_time_is_over_or_elsewhere() -> None:
    clock = ManualClock()
    emulator = Emulator(clock=clock)
    header = {"Authorization": f"Bearer {emulator.token()}"}
    arm = Request.to("GET", "https://management.azure.com/subscriptions?api-version=2022-12-01", header)
    graph = Request.to("GET", "https://graph.microsoft.com/v1.0/me", header)
    statuses = [emulator.handle(arm).status, emulator.handle(graph).status]
    clock.advance(emulator.settings.token_seconds)
    statuses.append(emulator.handle(arm).status)
    assert statuses == [200, 401, 401]
