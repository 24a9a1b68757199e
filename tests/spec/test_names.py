"""The rules that Azure has for names."""

import pytest

from acr_identity.spec import names
from acr_identity.spec.names import Rule


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (names.SUBSCRIPTION, "11111111-aaaa-AAAA-1111-111111111111"),
        (names.RESOURCE_GROUP, "a"),
        (names.RESOURCE_GROUP, "My.Group_(1)-é"),
        (names.RESOURCE_GROUP, "g" * 90),
        (names.REGISTRY, "abc12"),
        (names.REGISTRY, "R" * 50),
        (names.TASK, "a-_b1"),
        (names.TASK, "t" * 50),
        (names.VAULT, "kv1"),
        (names.VAULT, "My-Key-Vault-12345678901"),
        (names.IDENTITY, "1_a"),
        (names.IDENTITY, "i" * 128),
        (names.SECRET, "S"),
        (names.SECRET, "-0-" + "s" * 124),
        (names.SECRET_VERSION, "0123456789abcdef0123456789ABCDEF"),
        (names.AGENT_POOL, "p-1"),
        (names.VARIABLE, "_A1"),
        (names.LOGIN_SERVER, "docker.io"),
        (names.LOGIN_SERVER, "myregistry-abcdefgh12345678.azurecr.io"),
        (names.LOGIN_SERVER, "localhost:5000"),
        (names.TAG_NAME, "my tag: a.b"),
        (names.TAG_NAME, "acr"),
        (names.TAG_VALUE, ""),
        (names.TAG_VALUE, "v" * 256),
        (names.LOCATION, "eastus"),
        (names.LOCATION, "East US 2"),
        (names.ADDRESS, "https://github.com/Azure-Samples/acr-tasks.git#main:folder"),
        (names.ADDRESS, "oci://myregistry.azurecr.io/image:tag"),
        (names.TEXT, "a"),
    ],
)
def test_a_name_that_azure_takes_keeps_the_rule(rule: Rule, text: str) -> None:
    assert rule.holds(text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (names.SUBSCRIPTION, "11111111-1111-1111-1111-11111111111"),
        (names.SUBSCRIPTION, "{11111111-1111-1111-1111-111111111111}"),
        (names.SUBSCRIPTION, "Pay-As-You-Go"),
        (names.RESOURCE_GROUP, ""),
        (names.RESOURCE_GROUP, "ends.with."),
        (names.RESOURCE_GROUP, "with space"),
        (names.RESOURCE_GROUP, "g" * 91),
        (names.REGISTRY, "abcd"),
        (names.REGISTRY, "my-registry"),
        (names.REGISTRY, "R" * 51),
        (names.REGISTRY, "myregistry\n"),
        (names.REGISTRY, "régistry"),
        (names.TASK, "task"),
        (names.TASK, "my.task"),
        (names.TASK, "t" * 51),
        (names.VAULT, "kv"),
        (names.VAULT, "1vault"),
        (names.VAULT, "vault-"),
        (names.VAULT, "va--ult"),
        (names.VAULT, "va_ult"),
        (names.VAULT, "v" * 25),
        (names.IDENTITY, "ab"),
        (names.IDENTITY, "-abc"),
        (names.IDENTITY, "a.bc"),
        (names.IDENTITY, "i" * 129),
        (names.SECRET, ""),
        (names.SECRET, "user_name"),
        (names.SECRET, "s" * 128),
        (names.SECRET_VERSION, "latest"),
        (names.AGENT_POOL, "p1"),
        (names.AGENT_POOL, "p" * 21),
        (names.VARIABLE, "1A"),
        (names.VARIABLE, "A-B"),
        (names.LOGIN_SERVER, "https://docker.io"),
        (names.LOGIN_SERVER, "docker.io/library"),
        (names.LOGIN_SERVER, "docker.io:"),
        (names.TAG_NAME, ""),
        (names.TAG_NAME, "a/b"),
        (names.TAG_NAME, "n" * 513),
        (names.TAG_NAME, "acr-identity"),
        (names.TAG_NAME, "ACR-Identity-added"),
        (names.TAG_VALUE, "v" * 257),
        (names.LOCATION, "east-us"),
        (names.ADDRESS, "./folder"),
        (names.ADDRESS, "git@github.com:owner/name.git"),
        (names.ADDRESS, "https://token@github.com/owner/name.git"),
        (names.ADDRESS, "https://github.com"),
        (names.TEXT, " \n"),
    ],
)
def test_a_name_that_azure_refuses_breaks_the_rule(rule: Rule, text: str) -> None:
    assert not rule.holds(text)


def test_a_refused_name_is_shown_with_what_is_allowed() -> None:
    assert (names.REGISTRY.message("my_base"), names.REGISTRY.fix) == (
        "'my_base' is not the name of a registry.",
        "Use 5 to 50 letters and digits.",
    )


def test_a_very_long_name_is_shown_in_part() -> None:
    assert names.REGISTRY.message("r" * 10_000) == f"'{'r' * 79}…' is not the name of a registry."


@pytest.mark.parametrize(
    "rule", [names.SECRET, names.SECRET_VERSION, names.VARIABLE, names.LOGIN_SERVER, names.ADDRESS]
)
def test_a_text_that_may_be_a_secret_is_not_shown(rule: Rule) -> None:
    assert "hunter2" not in rule.message("hunter2")
