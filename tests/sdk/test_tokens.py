from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.sdk import Token
from acr_identity.sdk.tokens import REFRESH_SECONDS, CredentialFailedError, TokenCache
from sdk.wire import Credential, GivenToken

SCOPE = "https://management.azure.com/.default"


def test_a_token_is_renewed_five_minutes_before_its_end() -> None:
    moment = [1000.0]
    credential = Credential(expires_on=2000)
    cache = TokenCache(lambda: credential, now=lambda: moment[0])

    cache.get_token(SCOPE)
    moment[0] = 2000 - REFRESH_SECONDS
    cache.get_token(SCOPE)
    before = len(credential.asked)
    moment[0] += 0.5
    cache.get_token(SCOPE)

    assert (before, len(credential.asked)) == (1, 2)


def test_scopes_and_tenants_have_tokens_of_their_own() -> None:
    credential = Credential()
    cache = TokenCache(lambda: credential)

    for _ in range(2):
        cache.get_token("a")
        cache.get_token("b")
        cache.get_token("a", tenant_id="t")

    assert credential.asked == [(("a",), None), (("b",), None), (("a",), None)]


def test_claims_always_reach_the_credential() -> None:
    credential = Credential()
    cache = TokenCache(lambda: credential)

    cache.get_token(SCOPE, claims="c")
    cache.get_token(SCOPE, claims="c")
    cache.get_token(SCOPE)

    assert credential.asked == [((SCOPE,), "c"), ((SCOPE,), "c")]


def test_a_forgotten_token_is_asked_for_again() -> None:
    credential = Credential("t")
    cache = TokenCache(lambda: credential)

    cache.get_token(SCOPE)
    cache.forget("another")
    cache.get_token(SCOPE)
    cache.forget("t")
    cache.get_token(SCOPE)

    assert len(credential.asked) == 2


def test_a_prefetched_token_is_there_for_the_first_request() -> None:
    credential = Credential()
    cache = TokenCache(lambda: credential)

    cache.prefetch(SCOPE).join()
    cache.get_token(SCOPE)

    assert credential.asked == [((SCOPE,), None)]


def test_a_prefetch_that_fails_is_silent_until_a_token_is_needed() -> None:
    def make() -> Credential:
        raise RuntimeError("broken")

    cache = TokenCache(make)

    cache.prefetch(SCOPE).join()
    with pytest.raises(CredentialFailedError) as caught:
        cache.get_token(SCOPE)
    assert str(caught.value.__cause__) == "broken"


def test_threads_wait_for_the_one_that_asks() -> None:
    asked, go = Event(), Event()

    class Slow(Credential):
        def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
            asked.set()
            go.wait()
            return super().get_token(*scopes, claims=claims, tenant_id=tenant_id)

    credential = Slow()
    cache = TokenCache(lambda: credential)
    with ThreadPoolExecutor(16) as threads:
        tokens = [threads.submit(cache.get_token, SCOPE) for _ in range(16)]
        asked.wait()
        go.set()

    assert {each.result().token for each in tokens} == {"a-token"}
    assert len(credential.asked) == 1


@given(steps=st.lists(st.integers(1, 400), max_size=30), life=st.integers(301, 4000))
def test_no_token_is_given_out_in_its_last_five_minutes(steps: list[int], life: int) -> None:
    moment = [0]

    class Minting:
        def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
            del scopes, claims, tenant_id
            return GivenToken("t", moment[0] + life)

    cache = TokenCache(Minting, now=lambda: moment[0])
    for step in steps:
        moment[0] += step
        assert cache.get_token(SCOPE).expires_on - moment[0] >= REFRESH_SECONDS
