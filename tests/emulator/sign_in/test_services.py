"""What ARM, the vaults and Graph say to a token."""

from __future__ import annotations

import jwt
import pytest

from acr_identity.emulator import Reply, make_signing_key
from emulator.scenes import (
    ARM,
    DEPLOYER,
    GRAPH,
    READ_GROUP,
    READ_SECRET,
    SHARED,
    TENANT,
    VAULT,
    Scene,
    error_of,
)

READ_GRAPH = f"{GRAPH}/v1.0/users"
ALL = (READ_GROUP, READ_SECRET, READ_GRAPH)
OLD_ARM = "https://management.core.windows.net"


def said(reply: Reply) -> tuple[int, str, str]:
    error = error_of(reply)
    return reply.status, str(error["code"]), str(error["message"])


@pytest.mark.parametrize(
    ("resource", "statuses"),
    [
        (ARM, [200, 401, 401]),
        (f"{ARM}/", [200, 401, 401]),
        (f"{OLD_ARM}/", [200, 401, 401]),
        (VAULT, [401, 200, 401]),
        (f"{VAULT}/", [401, 401, 401]),
        ("https://myvault.vault.azure.net", [401, 401, 401]),
        (GRAPH, [401, 401, 200]),
        ("https://containerregistry.azure.net", [401, 401, 401]),
        (SHARED, [401, 401, 401]),
    ],
)
def test_a_token_is_for_one_service(scene: Scene, resource: str, statuses: list[int]) -> None:
    token = scene.token(resource)
    assert [scene.get(url, token).status for url in ALL] == statuses


def test_at_a_shared_address_one_token_is_for_arm_and_graph(scene: Scene) -> None:
    urls = [READ_GROUP.replace(ARM, SHARED), f"{SHARED}/v1.0/users", f"{SHARED.replace('8443', '9000')}/v1.0/users"]
    token = scene.token(f"{SHARED}/")
    assert [scene.get(url, token).status for url in urls] == [200, 200, 401]


def test_the_wrong_audience_is_named(scene: Scene) -> None:
    vault, arm = scene.token(VAULT), scene.token(ARM)
    obtained = (
        f"The access token has been obtained for wrong audience or resource '{VAULT}'. It should exactly match with "
        "one of the allowed audiences "
    )
    names = f"'{OLD_ARM}/','{OLD_ARM}','{ARM}/','{ARM}'"
    assert said(scene.get(READ_GROUP, vault)) == (
        401,
        "InvalidAuthenticationTokenAudience",
        f"{obtained}{names}.",
    )
    expected = f"{VAULT} or cfa8b339-82a2-471a-a3c9-0fc0be7a4093"
    assert said(scene.get(READ_SECRET, arm)) == (
        401,
        "Unauthorized",
        f"AKV10022: Invalid audience. Expected {expected}, found: {ARM}.",
    )
    assert said(scene.get(READ_GRAPH, arm)) == (
        401,
        "InvalidAuthenticationToken",
        "Access token validation failure. Invalid audience.",
    )


def test_a_token_ends_by_the_clock_of_the_emulator(scene: Scene) -> None:
    tokens = [scene.token(resource) for resource in (ARM, VAULT, GRAPH)]
    scene.clock.advance(3599)
    assert [scene.get(url, token).status for url, token in zip(ALL, tokens, strict=True)] == [200, 200, 200]
    scene.clock.advance(1)
    replies = [said(scene.get(url, token)) for url, token in zip(ALL, tokens, strict=True)]
    assert [code for _, code, _ in replies] == [
        "ExpiredAuthenticationToken",
        "Unauthorized",
        "InvalidAuthenticationToken",
    ]
    assert replies[0][2] == (
        "The access token expiry UTC time '1/1/2026 1:00:00 AM' is earlier than current UTC time '1/1/2026 1:00:00 AM'."
    )
    assert replies[2][2] == "Access token has expired or is not yet valid."


def test_a_token_of_another_directory_is_named_even_when_the_key_is_the_same() -> None:
    key, other = make_signing_key(), "44444444-4444-4444-4444-444444444444"
    scene = Scene(signing_key=key)
    foreign = Scene(tenant=other, signing_key=key).emulator
    arm, vault = foreign.token(), foreign.token(audience=VAULT)
    _, code, message = said(scene.get(READ_GROUP, arm))
    assert code == "InvalidAuthenticationTokenTenant"
    assert message.startswith(
        f"The access token is from the wrong issuer 'https://sts.windows.net/{other}/'. It must match the tenant "
        f"'https://sts.windows.net/{TENANT}/' associated with this subscription."
    )
    issuer = "https://sts.windows.net/"
    assert said(scene.get(READ_SECRET, vault)) == (
        401,
        "Unauthorized",
        f"AKV10032: Invalid issuer. Expected one of {issuer}{TENANT}/, found {issuer}{other}/.",
    )


def test_a_token_that_nobody_or_somebody_else_signed_is_invalid(scene: Scene) -> None:
    claims = jwt.decode(scene.token(ARM), options={"verify_signature": False})
    header = {"kid": jwt.get_unverified_header(scene.token(ARM))["kid"]}
    unsigned = jwt.encode(claims, "", algorithm="none", headers=header)
    hashed = jwt.encode(claims, "k" * 32, algorithm="HS256", headers=header)
    foreign = jwt.encode(claims, make_signing_key(), algorithm="RS256", headers=header)
    for token in (unsigned, hashed, foreign, "a.b.c", "abc", "é"):
        assert said(scene.get(READ_GROUP, token)) == (
            401,
            "InvalidAuthenticationToken",
            "The access token is invalid.",
        )


def test_a_token_of_a_time_to_come_is_invalid() -> None:
    key = make_signing_key()
    later, now = Scene(signing_key=key), Scene(signing_key=key)
    later.clock.advance(601)
    assert said(now.get(READ_GROUP, later.token(ARM)))[1] == "InvalidAuthenticationToken"


def test_a_signed_token_that_lacks_a_claim_is_invalid() -> None:
    key = make_signing_key()
    scene = Scene(signing_key=key)
    good = scene.token(ARM)
    header = jwt.get_unverified_header(good)
    claims = jwt.decode(good, options={"verify_signature": False})
    for name in ("aud", "iss", "tid", "oid", "exp", "nbf"):
        left = {kept: value for kept, value in claims.items() if kept != name}
        token = jwt.encode(left, key, algorithm="RS256", headers=header)
        assert said(scene.get(READ_GROUP, token))[1] == "InvalidAuthenticationToken"


def test_each_service_tells_where_to_get_a_token(scene: Scene) -> None:
    login = "https://login.microsoftonline.com"
    found = [scene.get(url).header("WWW-Authenticate") for url in (*ALL, READ_GROUP.replace(ARM, SHARED))]
    assert found[0].startswith(f'Bearer authorization_uri="{login}/{TENANT}", error="invalid_token"')
    assert found[1] == f'Bearer authorization="{login}/{TENANT}", resource="{VAULT}"'
    assert found[2].startswith(f'Bearer realm="", authorization_uri="{login}/common/oauth2/authorize"')
    assert found[3].startswith(f'Bearer authorization_uri="{SHARED}/{TENANT}"')


def test_the_owner_is_a_user_in_every_service(scene: Scene) -> None:
    reply = scene.get(f"{GRAPH}/v1.0/me", scene.emulator.token(audience=GRAPH))
    assert (reply.status, b"owner@example.com" in reply.body) == (200, True)


def test_somebody_who_is_gone_has_no_valid_token(scene: Scene) -> None:
    caller = scene.emulator.caller(["*/read"])
    assert scene.get(READ_GROUP, caller.token).status == 200
    scene.emulator.reset()
    assert said(scene.get(READ_GROUP, caller.token))[1] == "InvalidAuthenticationToken"
    assert scene.get(READ_GROUP, scene.token(ARM, DEPLOYER)).status == 200
