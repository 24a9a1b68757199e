"""No message, text or dump shows a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from acr_identity.errors import SpecError
from acr_identity.spec import Credential, DockerBuild, FromEnvironment, SourceTrigger, Spec, Task, dump_spec, parse_spec
from spec.samples import HEAD, SUBSCRIPTION, with_task

_MARKER = "hunter2"
_ENVIRON = {"USER_NAME": "user-hunter2", "PASSWORD": "pass-hunter2", "TOKEN": "hunter2"}
_SHAPES = (
    "hunter2",
    "'hunter2'",
    "hunter2: x",
    "{hunter2}",
    "{hunter2: hunter2}",
    "{hunter2, hunter2}",
    "{env: 0hunter2}",
    "{env: -hunter2}",
    "{env: [hunter2]}",
    "{env: A, hunter2: b}",
    "{env: A, vault: hunter2}",
    "{vault: hunter2}",
    "{vault: hunter2, secret: hunter2}",
    "{vault: kv1, secret: hunter2_}",
    "{vault: kv1, secret: A, version: hunter2}",
    "{vault: [hunter2], secret: {hunter2: x}}",
    "{{hunter2}}",
    "[hunter2]",
    "[hunter2",
    "'hunter2",
    '"hunter2\\q"',
    "&hunter2 x",
    "*hunter2",
    "!hunter2 x",
    "!hunter2!a x",
    "@hunter2",
    "%hunter2",
    "|hunter2",
    "> hunter2",
    "hunter2\x07",
    "\n   hunter2\n  x: y",
    "12345hunter2",
)
_PLACES = (
    "command: c, identity: system, credentials: {a.io: {user_name: {env: A}, password: %s}}",
    "command: c, identity: system, credentials: {a.io: {password: {env: A}, user_name: %s, extra: 1}}",
    "command: c, identity: system, credentials: {a.io: %s}",
    "command: c, identity: one, credentials: {a.io: {user_name: {env: A}, password: {env: B}, identity: %s}}",
    "command: c, values: {A: [%s]}",
    "command: c, values: {A: {b: %s}}",
    "docker: {context: 'https://a.b/c', images: a, arguments: {A: [%s]}}",
    "docker: {context: 'https://a.b/c', images: a, token: %s}",
    "git: {context: 'https://%s@a.b/c', file: a}",
    "git: {context: 'https://a.b/c', file: a, token: %s}",
    "command: c, triggers: {sources: [{repository: 'https://github.com/c', token: %s}]}",
    "command: c, triggers: {sources: [{repository: 'https://hunter2@a.b/c', token: %s}]}",
)


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("shape", _SHAPES)
def test_a_secret_in_the_wrong_form_is_refused_without_being_shown(place: str, shape: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(with_task(place % shape))
    error = caught.value
    assert _MARKER not in f"{error} {error!r} {error.problems} {error.args} {error.__cause__} {error.__context__}"


@pytest.mark.parametrize("part", ["user_name", "password"])
@pytest.mark.parametrize("value", [_MARKER, [_MARKER], {_MARKER: _MARKER}, {"env": f"0{_MARKER}"}, 5, None])
def test_a_literal_secret_from_python_is_refused_without_being_shown(part: str, value: object) -> None:
    parts: dict[str, object] = {"user_name": {"env": "A"}, "password": {"env": "B"}, part: value}
    with pytest.raises(ValidationError) as caught:
        Credential.model_validate(parts)
    assert _MARKER not in f"{caught.value} {caught.value!r}"


def _spec() -> Spec:
    login = Credential(user_name=FromEnvironment(env="USER_NAME"), password=FromEnvironment(env="PASSWORD"))
    token = FromEnvironment(env="TOKEN")
    return Spec(
        subscription=SUBSCRIPTION,
        resource_group="g",
        registries={"myregistry": {}},
        tasks={
            "hello": Task(
                registry="myregistry",
                docker=DockerBuild(
                    context="https://a.b/c", images=["a"], token=token, arguments={"T": token, "A": "b"}
                ),
                credentials={"docker.io": login},
                triggers={"sources": [SourceTrigger(repository="https://github.com/c", token=token)]},
            ),
            "second": Task(registry="myregistry", command="c", values={"T": token, "A": "b"}),
        },
    )


def test_the_environment_fills_every_secret_of_a_spec() -> None:
    filled = _spec().with_environment(_ENVIRON)
    hello, second = filled.tasks["hello"], filled.tasks["second"]
    login = hello.credentials["docker.io"]
    assert hello.docker is not None
    assert hello.triggers is not None
    secrets = [
        login.user_name,
        login.password,
        hello.docker.token,
        hello.docker.arguments["T"],
        hello.triggers.sources[0].token,
        second.values["T"],
    ]
    assert [secret.value for secret in secrets if isinstance(secret, FromEnvironment)] == [
        SecretStr("user-hunter2"),
        SecretStr("pass-hunter2"),
        *[SecretStr("hunter2")] * 4,
    ]


def test_a_filled_spec_shows_no_secret() -> None:
    filled = _spec().with_environment(_ENVIRON)
    texts = (repr(filled), str(filled), dump_spec(filled), filled.model_dump_json(), str(filled.model_dump()))
    assert [text for text in texts if _MARKER in text] == []


def test_filling_leaves_the_spec_as_it_was() -> None:
    spec = _spec()
    spec.with_environment(_ENVIRON)
    assert spec == _spec()


def test_a_secret_that_was_not_read_cannot_be_used() -> None:
    with pytest.raises(SpecError, match=r"^spec: The environment variable TOKEN was not read\. Fill the spec first\.$"):
        _ = FromEnvironment(env="TOKEN").value


def test_every_missing_variable_is_told_with_its_place() -> None:
    text = (
        f"{HEAD}tasks:\n  hello:\n    registry: other\n    command: c\n    values:\n      A: {{env: NOT_SET}}\n"
        "      B: {env: EMPTY}\n      C: {env: SET}\n"
        "    credentials: {docker.io: {user_name: {env: SET}, password: {env: NOT_SET}}}\n"
    )
    with pytest.raises(SpecError) as caught:
        parse_spec(text).with_environment({"SET": "x", "EMPTY": ""})
    assert str(caught.value).splitlines() == [
        "spec:11:10: The environment variable NOT_SET is not set. Export it.",
        "spec:12:10: The environment variable EMPTY is empty. Export it.",
        "spec:14:64: The environment variable NOT_SET is not set. Export it.",
    ]


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=8))
def test_no_secret_of_the_environment_is_shown(secret: str) -> None:
    marked = f"<{secret}>"
    filled = _spec().with_environment(dict.fromkeys(_ENVIRON, marked))
    assert marked not in f"{filled!r}{filled}{dump_spec(filled)}{filled.model_dump_json()}"
