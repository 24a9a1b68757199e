"""The rules that Azure has for names."""

import pytest
from pydantic_core import PydanticCustomError

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
    assert (names.REGISTRY.message("my_base"), names.REGISTRY.fix_for("my_base")) == (
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


LENGTHS = [
    (names.RESOURCE_GROUP, 1, 90),
    (names.LOCATION, 1, 64),
    (names.REGISTRY, 5, 50),
    (names.TASK, 5, 50),
    (names.VAULT, 3, 24),
    (names.IDENTITY, 3, 128),
    (names.AGENT_POOL, 3, 20),
    (names.TRIGGER, 1, 50),
    (names.SECRET, 1, 127),
    (names.SECRET_VERSION, 32, 32),
    (names.VARIABLE, 1, 256),
    (names.LOGIN_SERVER, 1, 260),
    (names.TAG_NAME, 1, 512),
    (names.TAG_VALUE, 0, 256),
    (names.TEXT, 1, 1 << 20),
]


@pytest.mark.parametrize(("rule", "shortest", "longest"), LENGTHS, ids=[rule.what for rule, *_ in LENGTHS])
def test_a_name_has_its_lengths(rule: Rule, shortest: int, longest: int) -> None:
    assert (rule.holds("a" * shortest), rule.holds("a" * longest)) == (True, True)
    assert shortest == 0 or not rule.holds("a" * (shortest - 1))
    assert not rule.holds("a" * (longest + 1))


def test_an_address_has_at_most_4096_characters() -> None:
    address = "https://a/".ljust(4096, "b")
    assert (names.ADDRESS.holds(address), names.ADDRESS.holds(address + "b")) == (True, False)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            names.SUBSCRIPTION,
            "'?' is not the id of a subscription. Use a GUID such as 11111111-1111-1111-1111-111111111111.",
        ),
        (
            names.RESOURCE_GROUP,
            (
                "'?' is not the name of a resource group. "
                "Use 1 to 90 letters, digits and any of -_.(), not ending with a dot."
            ),
        ),
        (names.LOCATION, "'?' is not a location. Use a region's name such as eastus."),
        (names.REGISTRY, "'?' is not the name of a registry. Use 5 to 50 letters and digits."),
        (names.TASK, "'?' is not the name of a task. Use 5 to 50 letters, digits, - and _."),
        (
            names.VAULT,
            (
                "'?' is not the name of a vault. Use 3 to 24 letters, digits and single dashes, "
                "beginning with a letter and not ending with a dash."
            ),
        ),
        (
            names.IDENTITY,
            (
                "'?' is not the name of an identity. "
                "Use 3 to 128 letters, digits, - and _, beginning with a letter or digit."
            ),
        ),
        (names.AGENT_POOL, "'?' is not the name of an agent pool. Use 3 to 20 letters, digits and dashes."),
        (names.TRIGGER, "'?' is not the name of a trigger. Use 1 to 50 characters on one line, without [ and ]."),
        (names.SECRET, "This is not the name of a secret. Use 1 to 127 letters, digits and dashes."),
        (names.SECRET_VERSION, "This is not the version of a secret. Use its 32 hexadecimal digits."),
        (
            names.VARIABLE,
            "This is not the name of an environment variable. Use letters, digits and _, not beginning with a digit.",
        ),
        (
            names.LOGIN_SERVER,
            "This is not a login server. Use a host name such as docker.io, without https:// and without a path.",
        ),
        (
            names.TAG_NAME,
            (
                "'?' is not the name of a tag. Use 1 to 512 characters without <>%&\\?/; "
                "names that begin with acr-identity are kept for this program."
            ),
        ),
        (names.TAG_VALUE, "'?' is not the value of a tag. Use up to 256 characters."),
        (
            names.ADDRESS,
            (
                "This is not the address of a repository. Use an address such as "
                "https://github.com/owner/repository.git#main; a login does not belong into it, use `token`."
            ),
        ),
        (names.TEXT, "This is not a usable text. Use at least one visible character."),
    ],
    ids=lambda value: value.what if isinstance(value, Rule) else "",
)
def test_a_refusal_says_what_the_name_is_for_and_what_is_allowed(rule: Rule, told: str) -> None:
    assert f"{rule.message('?')} {rule.fix_for('?')}" == told


def test_a_rule_gives_back_what_holds_and_refuses_what_does_not() -> None:
    assert names.REGISTRY.check("myregistry") == "myregistry"
    with pytest.raises(PydanticCustomError) as caught:
        names.REGISTRY.check("my_registry")
    assert caught.value.message() == "'my_registry' is not the name of a registry. Use 5 to 50 letters and digits."
