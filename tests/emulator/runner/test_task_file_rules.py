"""The runner's own words for a task file that breaks a rule."""

from __future__ import annotations

import pytest

from emulator.runner.outcome_text import failure, run_text, unstamped

UNMARSHAL = "failed to unmarshal task before running: "
FIRST_PASS = (
    "unable to render task: failed to resolve secrets in the task with error: failed to parse template to create task: "
)
DESERIALIZE = f"{UNMARSHAL}failed to deserialize task and validate: "
STEP = "version: v1.1.0\nsteps:\n  - "
KEYVAULT = "https://v.vault.azure.net/secrets/s"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("version: v2.0.0", 'invalid version specified: "v2.0.0", the current version is "v1.0.0"'),
        ("version: 1.1.0\nsteps: []", 'invalid version specified: "1.1.0", the current version is "v1.0.0"'),
        (f"{STEP}id: a", "step is missing a cmd, build, or push property"),
        (f"{STEP}cmd: a\n    push: [b]", "step must only contain a single build, cmd, or push property"),
        (f"{STEP}cmd: a\n    id: a b", "step ID cannot contain spaces"),
        (f"{STEP}cmd: a\n    retries: -1", "step must specify retries >= 0"),
        (f"{STEP}cmd: a\n    repeat: -1", "step must specify repeat >= 0"),
        (
            f"{STEP}cmd: a\n    cache: maybe",
            "invalid value for cache property. Valid values are 'enabled', 'disabled'",
        ),
        (
            f"{STEP}cmd: a\n    when: [-, b]",
            "step cannot contain other IDs in when if the immediate execution token is specified",
        ),
        (f"{STEP}cmd: a\n    id: x\n    when: [x]", "Step ID: x is self-referenced"),
        (f"{STEP}cmd: a\n    id: x\n  - cmd: b\n    id: x", "x already exists as a vertex"),
        (
            f"{STEP}cmd: a\n  - cmd: b\n    when: [nope]",
            "nope does not exist as a vertex [from: nope, to: acb_step_1]",
        ),
        (
            f"{STEP}cmd: a\n    when: [later]\n  - cmd: b\n    id: later",
            "later does not exist as a vertex [from: later, to: acb_step_0]",
        ),
        (f"{STEP}cmd: a\n    when: ['']", "from cannot be empty"),
        (
            "version: v1.0.0\nvolumes: [{name: v, secret: {f: a}}]\nsteps: [{cmd: a, volumeMounts: [{name: v}]}]",
            "mount name or container file path is empty",
        ),
        (
            (
                "version: v1.0.0\nvolumes: [{name: v, secret: {f: a}}]\n"
                "steps: [{cmd: a, volumeMounts: [{name: v, mountPath: p}, {name: v, mountPath: p}]}]"
            ),
            "mount with duplicate container file path found",
        ),
        (f"{STEP}cmd: a\n    id: acb_root", "acb_root is a reserved ID, it can't be used"),
        (
            f"env: [A=1]\n{STEP}cmd: a\n    env: [B]".replace("version: v1.1.0\n", ""),
            "failed to merge task and step environment variables: cannot parse step environment variable B correctly",
        ),
        (
            f"{STEP}push: [a]\n    volumeMounts: [{{name: v, mountPath: p}}]\nvolumes: [{{name: v, secret: {{f: a}}}}]",
            "invalid use of Mounts. Mounts must have unique container paths and used for CMD steps",
        ),
    ],
)
def test_a_broken_rule_of_steps_is_named(content: str, text: str) -> None:
    assert failure(content) == UNMARSHAL + text


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("{keyvault: x}", "secret is missing an ID as well as auto-generated ID"),
        ("{id: a b, keyvault: x}", "failed to validate secret with ID: a b: secret ID cannot contain spaces"),
        (
            "{id: s, keyVault: x}",
            (
                "failed to validate secret with ID: s: secret should contain either keyvault property for vault secret,"
                " or msi clientID/aadResourceId for msi authentication"
            ),
        ),
        (
            "{id: s, keyvault: x, clientID: y}",
            "failed to validate secret with ID: s: msi client ID is not a valid guid",
        ),
        ("{id: s, keyvault: x}, {id: s, keyvault: y}", "duplicate secret found with ID: s"),
    ],
)
def test_a_broken_rule_of_secrets_is_named_in_the_first_pass(entry: str, text: str) -> None:
    assert failure(f"version: v1.1.0\nsecrets: [{entry}]\nsteps: [{{cmd: a}}]") == FIRST_PASS + text


@pytest.mark.parametrize(
    ("volumes", "text"),
    [
        ("[{secret: {a: YQ==}}]", "volume name is empty"),
        ("[{name: v}]", "currently only support for source type secret"),
        ("[{name: v, secret: {}}]", "secret is empty"),
        ("[{name: v, secret: {a: YQ==}}, {name: v, secret: {a: YQ==}}]", "volume with duplicate name found"),
        ("[{name: 'a b', secret: {a: YQ==}}]", "volume name is not well formed. Only use alphanumeric and - _"),
        ("[{name: v, secret: {'': YQ==}}]", "secret name provided for value is empty"),
        ("[{name: v, secret: {a/b: YQ==}}]", "file name, a/b, is not well formed. Only use alphanumeric and - _ ."),
        ("[{name: w, secret: {a: YQ==}}]", "mount name, v, does not correspond to a volume"),
    ],
)
def test_a_broken_rule_of_volumes_is_named(volumes: str, text: str) -> None:
    step = "{cmd: a, volumeMounts: [{name: v, mountPath: /v}]}"
    assert failure(f"version: v1.0.0\nvolumes: {volumes}\nsteps: [{step}]") == DESERIALIZE + text


def test_a_volume_that_is_not_base64_fails_before_the_steps() -> None:
    content = "version: v1.0.0\nvolumes: [{name: v, secret: {a: '%'}}]\nsteps: [{cmd: a}]"
    advice = "please make sure value provided is Base64 encoded"
    assert failure(content) == f"failed to decode Base64 value. {advice}"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("steps: [", "yaml: line 1: did not find expected node content"),
        ("a: b: c", "yaml: mapping values are not allowed in this context"),
        ("steps:\n  - cmd: a\n  -b\n", "yaml: line 4: could not find expected ':'"),
        ("steps:\n  - push: x", "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into []string"),
        (
            "steps:\n  - cmd: [a]\n    timeout: soon\n    ignoreErrors: 3",
            (
                "yaml: unmarshal errors:\n"
                "  line 2: cannot unmarshal !!seq into string\n"
                "  line 3: cannot unmarshal !!str `soon` into int\n"
                "  line 4: cannot unmarshal !!int `3` into bool"
            ),
        ),
        ("just a long text", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `just a ...` into graph.Task"),
    ],
)
def test_what_is_not_yaml_or_of_the_wrong_kind_is_named_by_line(content: str, text: str) -> None:
    assert failure(content) == DESERIALIZE + text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("steps: *a", "yaml: unknown anchor referenced"),
        ('a: "\\U99999999"', "yaml: found invalid Unicode character escape code"),
        ("a: \x01", "yaml: control characters are not allowed"),
        ("[" * 3000, "yaml: exceeded max depth of 10000"),
        ("<<: 1", "yaml: map merge requires map or sequence of maps as the value"),
        (
            "stepTimeout: 99999999999999999999",
            "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!int `9999999...` into int",
        ),
    ],
)
def test_text_at_the_edge_of_yaml_is_refused(content: str, text: str) -> None:
    assert failure(content) == DESERIALIZE + text


@pytest.mark.parametrize(("value", "seconds"), [("0x10", 16), ("010", 8), ("1_0", 10), ("19.7", 19), ("-5", 600)])
def test_numbers_are_read_as_the_runner_reads_them(value: str, seconds: int) -> None:
    lines = unstamped(run_text(f"stepTimeout: {value}\nsteps: [{{cmd: a}}]"))
    place = "Working directory: '', Network: 'acb_default_network'"
    assert f"Executing step ID: acb_step_0. Timeout(sec): {seconds}, {place}" in lines


def test_a_step_that_is_null_makes_the_runner_panic() -> None:
    assert failure("steps:\n  -\n") == "panic: runtime error: invalid memory address or nil pointer dereference"


@pytest.mark.parametrize("content", ["", "# only\n# comments"])
def test_an_empty_task_file_fails(content: str) -> None:
    assert failure(content) == "unable to render task: rendered template was empty"


@pytest.mark.parametrize("version", ["", "version: v1.0.0", "version: V1.1.0", "version: 1.0-preview-1"])
def test_each_known_version_in_whatever_case_runs(version: str) -> None:
    assert run_text(f"{version}\nsteps: []\nunknown: key").status == "Succeeded"


def test_truth_values_and_numbers_are_texts_where_texts_belong() -> None:
    content = "version: v1.0.0\nenv: [A=1]\nsteps: [{cmd: yes, id: 007, env: [B=2], when: [-], user: 1.0}]"
    assert failure(content).endswith("failed to run step ID: 007: exit status 125")


def test_merged_keys_and_anchors_are_understood() -> None:
    content = "base: &b {id: shared, when: ['-']}\nsteps:\n  - <<: *b\n    cmd: a\n"
    assert failure(content).endswith("failed to run step ID: shared: exit status 125")
