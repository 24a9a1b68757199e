"""The rules between the parts of a spec, with each mistake as a whole value."""

from __future__ import annotations

import pytest

from acr_identity.spec.base import Tree
from acr_identity.spec.consistency import reference_mistakes, spec_mistakes, task_mistakes
from acr_identity.spec.mistakes import Mistake, with_guesses
from spec.samples import GROUP, SUBSCRIPTION

ONE_OF = "`file`, `command`, `git` or `docker`"
ADD_IDENTITY = "Add `identity: system` to the task, or the name of a user-assigned one."
ONE_ENTRY = "Name all the secrets that it reads in one entry."
OPEN = "It is open which identity reads these secrets: the task has several."
TWICE = "Name all its repositories in one entry."
RUN: dict[str, Tree] = {"registry": "myregistry", "command": "c"}
TWO: dict[str, Tree] = {**RUN, "identity": ["one", "two"]}
FROM_VAULT: dict[str, Tree] = {"user_name": {"env": "A"}, "password": {"vault": "kv1", "secret": "B"}}


def at_key(message: str, fix: str, *path: str | int, nearest: str = "") -> Mistake:
    return Mistake(message, fix, path, at_key=True, nearest=nearest)


def needs(section: str) -> Mistake:
    return at_key(f"`{section}` needs an identity.", ADD_IDENTITY, section)


@pytest.mark.parametrize(
    ("task", "mistakes"),
    [
        ({"registry": "r"}, [at_key("The task has nothing to run.", f"Add {ONE_OF}.")]),
        (
            {"file": "f", "git": {}, "docker": {}},
            [
                at_key("`git` cannot stand beside `file`.", f"A task has one of {ONE_OF}.", "git"),
                at_key("`docker` cannot stand beside `file`.", f"A task has one of {ONE_OF}.", "docker"),
            ],
        ),
        (
            {"docker": {}, "values": {"a": "b"}},
            [at_key("A Dockerfile takes no values.", "Use `docker.arguments`.", "values")],
        ),
        ({"docker": {}, "values": {}}, []),
        (
            {"docker": {}, "command": "c", "values": {"a": "b"}},
            [at_key("`docker` cannot stand beside `command`.", f"A task has one of {ONE_OF}.", "docker")],
        ),
        (
            {**RUN, "identity": ["a", "b", "a", "a"]},
            [Mistake("The identity 'a' is given twice.", "Leave one out.", ("identity", index)) for index in (2, 3)],
        ),
        ({**RUN, "pull": "other"}, [needs("pull")]),
        ({**RUN, "pull": "other", "identity": []}, [needs("pull")]),
        ({**RUN, "pull": "other", "identity": 5}, []),
        ({**RUN, "pull": "other", "secrets": {"kv1": "A"}}, [needs("pull"), needs("secrets")]),
        ({**RUN, "credentials": {"a.io": FROM_VAULT}}, [needs("credentials")]),
        ({**RUN, "credentials": {"a.io": {"user_name": {"env": "A"}, "password": {"env": "B"}}}}, []),
        (
            {**RUN, "identity": "one", "pull": [{"registry": "other", "identity": "oen"}]},
            [
                Mistake(
                    "The identity 'oen' is not among those of the task.",
                    "Did you mean 'one'?",
                    ("pull", 0, "identity"),
                    nearest="one",
                )
            ],
        ),
        (
            {**RUN, "identity": "one", "secrets": {"kv1": {"names": "A", "identity": "zzz"}}},
            [
                Mistake(
                    "The identity 'zzz' is not among those of the task.",
                    "Add it to the `identity` of the task.",
                    ("secrets", "kv1", "identity"),
                )
            ],
        ),
        (
            {**RUN, "identity": "one", "credentials": {"a.io": {**FROM_VAULT, "identity": "zzz"}}},
            [
                Mistake(
                    "This identity is not among those of the task.",
                    "Add it to the `identity` of the task.",
                    ("credentials", "a.io", "identity"),
                )
            ],
        ),
        ({**RUN, "credentials": {"a.io": {"user_name": {"env": "A"}, "password": {"env": "B"}, "identity": "x"}}}, []),
        (
            {**RUN, "identity": "one", "pull": ["a", "b", {"registry": "a"}, "a"]},
            [
                Mistake("The registry 'a' is given twice.", TWICE, ("pull", 2, "registry")),
                Mistake("The registry 'a' is given twice.", TWICE, ("pull", 3)),
            ],
        ),
        (
            {**RUN, "identity": "one", "pull": ["other", "myregistry", "myregistry"]},
            [
                Mistake("The registry 'myregistry' is given twice.", TWICE, ("pull", 2)),
            ],
        ),
        ({**RUN, "identity": "one", "pull": ["myregistry"], "source_login": "none"}, []),
        ({**RUN, "identity": "one", "pull": ["a"], "push": ["a"], "delete": ["a"], "list": ["a"]}, []),
        (
            {**TWO, "pull": [{"registry": "a", "identity": "two"}], "push": ["a", {"registry": "b"}]},
            [
                Mistake(
                    "A task has one login for a registry, and 'a' is used with two identities.",
                    "Give both the same `identity`, such as 'two'.",
                    ("push", 0),
                )
            ],
        ),
        ({**RUN, "push": "other"}, [needs("push")]),
        ({**RUN, "identity": "one", "source_identity": "one"}, []),
        ({**RUN, "identity": "one", "source_identity": "none"}, []),
        (
            {**RUN, "identity": "one", "source_identity": "oen"},
            [
                Mistake(
                    "The identity 'oen' is not among those of the task.",
                    "Did you mean 'one'?",
                    ("source_identity",),
                    nearest="one",
                )
            ],
        ),
        ({"command": "c", "identity": "one", "pull": ["myregistry"]}, []),
        (
            {**TWO, "secrets": {"kv1": ["A"], "kv2": {"names": ["B"], "identity": "two"}}},
            [at_key(OPEN, "Add `identity`, one of one and two.", "secrets", "kv1")],
        ),
        (
            {**TWO, "credentials": {"a.io": FROM_VAULT, "b.io": {**FROM_VAULT, "identity": "one"}}},
            [at_key(OPEN, "Add `identity`, one of one and two.", "credentials", "a.io")],
        ),
        ({**TWO, "credentials": {"a.io": {"user_name": {"env": "A"}, "password": {"env": "B"}}}}, []),
        ({**RUN, "identity": ["one", "two", "system"], "secrets": {"kv1": ["A"]}}, []),
        (
            {**RUN, "identity": ["one", "one"], "secrets": {"kv1": ["A"]}},
            [Mistake("The identity 'one' is given twice.", "Leave one out.", ("identity", 1))],
        ),
        ({**TWO, "pull": ["other"]}, []),
        ({**TWO, "secrets": {"kv1": [{"names": ["A"], "identity": "one"}, {"names": ["B"], "identity": "two"}]}}, []),
        (
            {**RUN, "identity": ["one", "system"], "secrets": {"kv1": [{"names": "A", "identity": "one"}] * 2}},
            [Mistake("'kv1' is given twice for the same identity.", ONE_ENTRY, ("secrets", "kv1", 1))],
        ),
        (
            {**RUN, "identity": "one", "secrets": {"kv1": [{"names": "A"}, {"names": "B", "identity": "one"}]}},
            [Mistake("'kv1' is given twice for the same identity.", ONE_ENTRY, ("secrets", "kv1", 1))],
        ),
    ],
)
def test_rules_within_a_task(task: Tree, mistakes: list[Mistake]) -> None:
    assert list(with_guesses(task_mistakes("hello", task))) == mistakes


DEFAULTS: dict[str, Tree] = {"subscription": SUBSCRIPTION, "resource_group": "myResourceGroup"}
BOTH: dict[str, Tree] = {**DEFAULTS, "registries": {"myregistry": None, "other": None}}
OTHER = "22222222-2222-2222-2222-222222222222"


def named(registry: str, group: str = GROUP) -> str:
    return f"{group}/providers/Microsoft.ContainerRegistry/registries/{registry}"


def twin(section: str, name: str, first: str) -> Mistake:
    message = f"'{name}' is the same resource as '{first}'."
    return at_key(message, "Leave one out; Azure does not regard case.", section, name)


def no_default(key: str, names: str, *path: str) -> Mistake:
    return Mistake(f"There is no `{key}` for {names}.", f"Add `{key}: …` to the spec.", path)


REGISTRY_NAME = "Use 5 to 50 letters and digits, or give the whole `id`."
UNKNOWN = "The {} '{}' is not among `{}`."


@pytest.mark.parametrize(
    ("spec", "mistakes"),
    [
        ({}, []),
        (None, []),
        ({"registries": ["a"], "tasks": ["b"]}, []),
        ({"registries": {"a": "text"}, "tasks": {"hello": "text"}}, []),
        (
            {**DEFAULTS, "registries": {"a_b": None, "label": {"id": named("fine1")}, "c_d": named("fine2")}},
            [at_key("'a_b' is not the name of a registry.", REGISTRY_NAME, "registries", "a_b")],
        ),
        (
            {**DEFAULTS, "registries": {"a_b": {"id": 5}}},
            [at_key("'a_b' is not the name of a registry.", REGISTRY_NAME, "registries", "a_b")],
        ),
        (
            {**DEFAULTS, "vaults": {"1": None}, "identities": {"-": None, "system": None}},
            [
                at_key(
                    "'1' is not the name of a vault.",
                    "Use 3 to 24 letters, digits and single dashes, beginning with a letter and not ending with a "
                    "dash, or give the whole `id`.",
                    "vaults",
                    "1",
                ),
                at_key(
                    "'-' is not the name of an identity.",
                    "Use 3 to 128 letters, digits, - and _, beginning with a letter or digit, or give the whole `id`.",
                    "identities",
                    "-",
                ),
                at_key("'system' is kept for the task's own identity.", "Choose another name.", "identities", "system"),
            ],
        ),
        ({**DEFAULTS, "vaults": {"system": None}}, []),
        (
            {**DEFAULTS, "registries": {"first": None, "FIRST": {}, "other": {"resource_group": "b"}, "Other": None}},
            [twin("registries", "FIRST", "first")],
        ),
        (
            {
                "registries": {
                    "first": {"subscription": OTHER, "resource_group": "theirs"},
                    "label": named("First", f"/subscriptions/{OTHER}/resourceGroups/THEIRS") + "/",
                    "more": {"id": named("first", f"/subscriptions/{OTHER}/resourceGroups/mine")},
                    "again": named("FIRST", f"/subscriptions/{OTHER}/resourceGroups/theirs"),
                }
            },
            [twin("registries", "label", "first"), twin("registries", "again", "first")],
        ),
        ({**DEFAULTS, "registries": {"same1": None}, "vaults": {"same1": None}, "identities": {"same1": None}}, []),
        (
            {
                "registries": {"first": None, "whole": named("other")},
                "vaults": {"kv1": {"subscription": OTHER}},
                "identities": {"mine": {"resource_group": "g"}},
            },
            [
                no_default("subscription", "'first' and 'mine'"),
                no_default("resource_group", "'first' and 'kv1'"),
            ],
        ),
        (
            {"subscription": None, "resource_group": "g", "registries": {"first": None}},
            [no_default("subscription", "'first'", "subscription")],
        ),
        (
            {
                **BOTH,
                "vaults": {"kv1": None},
                "identities": {"one": None},
                "tasks": {
                    "hello": {
                        "registry": "mregistry",
                        "identity": ["system", "onne"],
                        "pull": ["zzz", {"registry": "oter"}],
                        "secrets": {"kv2": ["A"]},
                        "credentials": {"a.io": {"user_name": {"vault": "kv9"}, "password": {"env": "A"}}},
                    }
                },
            },
            [
                Mistake(
                    UNKNOWN.format("registry", "mregistry", "registries"),
                    "Did you mean 'myregistry'?",
                    ("tasks", "hello", "registry"),
                    nearest="myregistry",
                ),
                Mistake(
                    UNKNOWN.format("registry", "zzz", "registries"),
                    "Add it to `registries`.",
                    ("tasks", "hello", "pull", 0),
                ),
                Mistake(
                    UNKNOWN.format("registry", "oter", "registries"),
                    "Did you mean 'other'?",
                    ("tasks", "hello", "pull", 1, "registry"),
                    nearest="other",
                ),
                at_key(
                    UNKNOWN.format("vault", "kv2", "vaults"),
                    "Did you mean 'kv1'?",
                    "tasks",
                    "hello",
                    "secrets",
                    "kv2",
                    nearest="kv1",
                ),
                Mistake(
                    "This vault is not among `vaults`.",
                    "Did you mean 'kv1'?",
                    ("tasks", "hello", "credentials", "a.io", "user_name", "vault"),
                    nearest="kv1",
                ),
                Mistake(
                    UNKNOWN.format("identity", "onne", "identities"),
                    "Did you mean 'one'?",
                    ("tasks", "hello", "identity", 1),
                    nearest="one",
                ),
            ],
        ),
        ({**BOTH, "vaults": 5, "tasks": {"hello": {"registry": "other", "secrets": {"kv": "A"}}}}, []),
        (
            {**DEFAULTS, "tasks": {"hello": {"registry": "other", "identity": "system"}}},
            [
                Mistake(
                    UNKNOWN.format("registry", "other", "registries"),
                    "Add it to `registries`.",
                    ("tasks", "hello", "registry"),
                )
            ],
        ),
        (
            {
                **BOTH,
                "tasks": {
                    "hello": {"registry": "other"},
                    "HELLO": {"registry": "myregistry"},
                    "Hello": {"registry": "other"},
                    "bare1": {},
                    "BARE1": {},
                },
            },
            [twin("tasks", "Hello", "hello"), twin("tasks", "BARE1", "bare1")],
        ),
    ],
)
def test_rules_between_tasks_and_targets(spec: Tree, mistakes: list[Mistake]) -> None:
    assert list(with_guesses(reference_mistakes(spec))) == mistakes


def test_the_mistakes_of_a_spec_are_those_between_its_parts_and_then_those_within_its_tasks() -> None:
    spec: Tree = {**BOTH, "tasks": {"hello": {"registry": "zzz", "command": "c", "pull": "other"}, "third": {}}}
    assert list(with_guesses(spec_mistakes(spec))) == [
        Mistake(
            UNKNOWN.format("registry", "zzz", "registries"), "Add it to `registries`.", ("tasks", "hello", "registry")
        ),
        at_key("`pull` needs an identity.", ADD_IDENTITY, "tasks", "hello", "pull"),
        at_key("The task has nothing to run.", f"Add {ONE_OF}.", "tasks", "third"),
    ]
