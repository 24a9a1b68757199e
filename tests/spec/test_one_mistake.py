"""One mistake is told once, where it was made, with what was probably meant; what follows from it is not told too."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from acr_identity.errors import PlacedMistake, SpecError
from acr_identity.spec import Spec, Task, parse_spec
from spec.samples import mistakes_in

SPEC = """\
subscription: 11111111-1111-1111-1111-111111111111
resource_group: builds
registries: {images: {}, bases: {}}
vaults: {passwords: {}}
identities: {builder: {}}
tasks:
  nightly:
    registry: images
    identity: builder
    command: alpine
    pull: [{registry: bases, identity: builder}]
    secrets: {passwords: [Token]}
    timeout: 600
"""


def with_mistake(right: str, wrong: str) -> str:
    assert right in SPEC
    return SPEC.replace(right, wrong)


def test_the_spec_without_a_mistake_is_valid() -> None:
    assert mistakes_in(SPEC) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        pytest.param(
            "registry: images",
            "registy: images",
            "8:5: There is no key 'registy' here. Did you mean 'registry'?",
            id="a key that a task must have",
        ),
        pytest.param(
            "command: alpine",
            "comand: alpine",
            "10:5: There is no key 'comand' here. Did you mean 'command'?",
            id="the step of a task",
        ),
        pytest.param(
            "    identity: builder\n",
            "    identiti: builder\n",
            "9:5: There is no key 'identiti' here. Did you mean 'identity'?",
            id="the identity that other keys need",
        ),
        pytest.param(
            "vaults:",
            "vault:",
            "4:1: There is no key 'vault' here. Did you mean 'vaults'?",
            id="a section to which tasks refer",
        ),
        pytest.param(
            "tasks:",
            "task:",
            "6:1: There is no key 'task' here. Did you mean 'tasks'?",
            id="the tasks",
        ),
        pytest.param(
            "bases: {}",
            "base_s: {}",
            "3:26: 'base_s' is not the name of a registry. Did you mean 'bases'?",
            id="a registry whose name cannot be",
        ),
        pytest.param(
            "    identity: builder\n",
            "    identity: bulider\n",
            "9:15: The identity 'bulider' is not among `identities`. Did you mean 'builder'?",
            id="the identity of a task that pulls as it",
        ),
        pytest.param(
            "identities: {builder: {}}",
            "identities: {bulider: {}}",
            "5:14: No task refers to the identity 'bulider'. Did you mean 'builder'?",
            id="an identity that is called otherwise everywhere else",
        ),
        pytest.param(
            "secrets: {passwords:",
            "secrets: {paswords:",
            "12:15: The vault 'paswords' is not among `vaults`. Did you mean 'passwords'?",
            id="a vault that no other task uses",
        ),
        pytest.param(
            "[Token]",
            '["https://passwords.vault.azure.net/secrets/Token/0123456789abcdef0123456789abcdef"]',
            "12:27: This is not the name of a secret. Write 'Token'.",
            id="the address of a secret",
        ),
        pytest.param(
            "bases: {}",
            "bases.azurecr.io: {}",
            "3:26: 'bases.azurecr.io' is not the name of a registry. Did you mean 'bases'?",
            id="a login server in place of a registry",
        ),
        pytest.param(
            "registry: bases",
            "registry: bases.azurecr.io",
            "11:23: The registry 'bases.azurecr.io' is not among `registries`. Did you mean 'bases'?",
            id="a login server where a task pulls from",
        ),
        pytest.param(
            "alpine",
            "alpine echo {{.Run.ID}",
            "10:14: The template '{{.Run.ID}' is not closed. End it with two braces: }}.",
            id="a template that is not closed",
        ),
    ],
)
def test_one_mistake_is_one_message(right: str, wrong: str, told: str) -> None:
    assert mistakes_in(with_mistake(right, wrong)) == [told]


@pytest.mark.parametrize(
    ("word", "fix"),
    [
        ("System", "Did you mean `system`?"),
        ("SystemAssigned", "Did you mean `system`?"),
        ('"[system]"', "Did you mean `system`?"),
        ("UserAssigned", "Give the name of the identity, a key of `identities`."),
        (
            '"SystemAssigned, UserAssigned"',
            "Write a list of `system` and the names of the others, keys of `identities`.",
        ),
    ],
)
def test_the_words_of_other_tools_for_an_identity_are_understood(word: str, fix: str) -> None:
    text = SPEC.replace("identity: builder\n", f"identity: {word}\n").replace(", identity: builder", "")
    shown = word.strip('"')
    assert mistakes_in(text) == [f"9:15: The identity '{shown}' is not among `identities`. {fix}"]


def test_as_whom_a_task_pulls_is_understood_too() -> None:
    text = SPEC.replace("identity: builder\n", "identity: system\n").replace("identity: builder}", "identity: System}")
    assert mistakes_in(text) == ["11:40: The identity 'System' is not among those of the task. Did you mean `system`?"]


@pytest.mark.parametrize("name", ["system", "System", "SYSTEM"])
def test_no_identity_of_a_spec_is_called_system(name: str) -> None:
    text = with_mistake("identities: {builder: {}}", f"identities: {{builder: {{}}, {name}: {{}}}}")
    assert mistakes_in(text) == [f"5:27: '{name}' is kept for the task's own identity. Choose another name."]


def test_a_misspelt_name_is_told_wherever_it_must_be_mended() -> None:
    second = (
        SPEC[SPEC.index("  nightly:") :].replace("nightly", "morning").replace("registry: bases", "registry: basis")
    )
    text = with_mistake("registry: bases", "registry: basis") + second
    assert mistakes_in(f"{text}  evening: {{registry: bases, command: alpine}}\n") == [
        f"{line}:23: The registry 'basis' is not among `registries`. Did you mean 'bases'?" for line in (11, 18)
    ]


def test_what_is_only_to_be_added_is_told_once() -> None:
    text = (
        with_mistake("registry: bases", "registry: elsewhere") + "  evening: {registry: elsewhere, command: alpine}\n"
    )
    assert mistakes_in(text) == ["11:23: The registry 'elsewhere' is not among `registries`. Add it to `registries`."]


def test_what_stands_under_a_misspelt_key_is_looked_at() -> None:
    text = with_mistake("    secrets: {passwords: [Token]}", "    secret: {passwords: [To_ken]}")
    assert mistakes_in(text) == [
        "12:5: There is no key 'secret' here. Did you mean 'secrets'?",
        "12:26: This is not the name of a secret. Use 1 to 127 letters, digits and dashes.",
    ]


def test_a_key_that_is_there_already_is_not_meant_by_another() -> None:
    text = with_mistake("    timeout: 600", "    timeout: 600\n    timeouts: x")
    assert mistakes_in(text) == ["14:5: There is no key 'timeouts' here. Did you mean 'timeout'?"]


def test_two_keys_that_look_alike_are_both_told() -> None:
    text = with_mistake("    registry: images", "    registri: images\n    registy: images")
    assert mistakes_in(text) == [
        "8:5: There is no key 'registri' here. Did you mean 'registry'?",
        "9:5: There is no key 'registy' here. Did you mean 'registry'?",
    ]


def test_a_name_in_a_login_is_not_shown_where_its_vault_is_declared() -> None:
    login = "{user_name: {vault: passwrds, secret: A}, password: {vault: passwrds, secret: B}}"
    text = with_mistake("    secrets: {passwords: [Token]}", f"    credentials: {{docker.io: {login}}}")
    assert mistakes_in(text) == [
        f"12:{column}: This vault is not among `vaults`. Did you mean 'passwords'?" for column in (50, 90)
    ]


def test_the_word_that_was_meant_is_a_field_of_the_mistake() -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(with_mistake("    identity: builder\n", "    identity: bulider\n"), name="spec.yaml")
    assert caught.value.problems == (
        PlacedMistake(
            "The identity 'bulider' is not among `identities`.",
            "Did you mean 'builder'?",
            "spec.yaml",
            9,
            15,
            ("tasks", "nightly", "identity"),
            "builder",
        ),
    )


def test_a_spec_built_in_python_is_told_the_same() -> None:
    with pytest.raises(ValidationError) as caught:
        Spec(
            subscription="11111111-1111-1111-1111-111111111111",
            resource_group="builds",
            registries={"images": {}},
            tasks={"nightly": Task(registry="images", identity="SystemAssigned", command="alpine")},
        )
    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (
            ("tasks", "nightly", "identity"),
            "The identity 'SystemAssigned' is not among `identities`. Did you mean `system`?",
        )
    ]


@pytest.mark.parametrize(
    "text",
    ["hello:{{.Run.ID}}", "hello:{{ .Values.a }}-{{.Run.ID}}", 'hello:{{ "}}{{" }}', "a}}b", "{{/* a { */}}x", "{x}"],
)
def test_a_template_that_is_closed_is_taken(text: str) -> None:
    quoted = text.replace("'", "''")
    assert mistakes_in(with_mistake("command: alpine", f"command: '{quoted}'")) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a:{{.Run.ID}", "{{.Run.ID}"),
        ("a:{{.Run.ID}:{{.Run.Date}}", "{{.Run.ID}:{{.Run.Date}}"),
        ("a:{{.Run.ID}}-{{", "{{"),
        ("a:{{.Run.ID" + "x" * 40, "{{.Run.ID" + "x" * 20 + "…"),
    ],
)
def test_an_image_whose_template_is_not_closed_is_refused(text: str, shown: str) -> None:
    build = f"docker: {{context: 'https://example.com/a.git', images: [fine, '{text}']}}"
    assert mistakes_in(with_mistake("command: alpine", build)) == [
        f"10:67: The template '{shown}' is not closed. End it with two braces: }}}}."
    ]


def test_so_is_the_name_of_a_log() -> None:
    text = with_mistake("    timeout: 600", "    log_template: 'logs:{{.Run.ID'")
    assert mistakes_in(text) == ["13:19: The template '{{.Run.ID' is not closed. End it with two braces: }}."]
