"""What refers to what in a task, read from a document that may be wrong anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.spec.base import Tree
from acr_identity.spec.outline import Reference, TaskOutline, Use, mapping, outline_of_task

HERE = ("tasks", "hello")
NOTHING = TaskOutline(
    name="hello",
    path=HERE,
    steps=(),
    registry=None,
    identities=(),
    identities_known=True,
    registries=(),
    secrets=(),
    credentials=(),
    has_values=False,
)


def outline(tree: Tree) -> TaskOutline:
    return outline_of_task("hello", tree, HERE)


def at(name: str, *path: str | int, is_key: bool = False) -> Reference:
    return Reference(name, (*HERE, *path), is_key=is_key)


@pytest.mark.parametrize("tree", [{}, None, "text", ["a"], {"registry": None, "file": None, "values": None}])
def test_a_task_that_says_nothing_refers_to_nothing(tree: Tree) -> None:
    assert outline(tree) == NOTHING


@pytest.mark.parametrize(
    ("tree", "parts"),
    [
        ({"registry": "r"}, {"registry": at("r", "registry")}),
        ({"registry": 5}, {}),
        (
            {"docker": {}, "command": "c", "git": 1, "file": "f"},
            {"steps": ("file", "command", "git", "docker"), "build": {}},
        ),
        ({"git": "", "command": None}, {"steps": ("git",)}),
        ({"values": {"a": "b"}}, {"has_values": True}),
        ({"values": {}}, {}),
        ({"values": ["a"]}, {}),
        ({"source_identity": "system"}, {"source_identity": at("system", "source_identity")}),
        ({"source_identity": "none"}, {}),
        ({"source_identity": 5}, {}),
    ],
)
def test_steps_registry_and_values_are_seen(tree: Tree, parts: dict[str, object]) -> None:
    assert outline(tree) == replace(NOTHING, **parts)  # type: ignore[arg-type]  # fields of an outline


@pytest.mark.parametrize(
    ("identity", "identities", "known"),
    [
        ("system", (at("system", "identity"),), True),
        ("", (at("", "identity"),), False),
        (["a", "b"], (at("a", "identity", 0), at("b", "identity", 1)), True),
        (["a", 5, "b"], (at("a", "identity", 0), at("b", "identity", 2)), False),
        (["a", ""], (at("a", "identity", 0), at("", "identity", 1)), False),
        ([], (), True),
        (None, (), False),
        (5, (), False),
        ({"a": "b"}, (), False),
    ],
)
def test_identities_are_known_where_each_is_a_name(
    identity: Tree, identities: tuple[Reference, ...], *, known: bool
) -> None:
    assert outline({"identity": identity}) == replace(NOTHING, identities=identities, identities_known=known)


@pytest.mark.parametrize(
    ("pull", "pulls"),
    [
        ("r", (Use((*HERE, "pull"), (at("r", "pull"),)),)),
        (
            ["r", {"registry": "s"}, {"registry": "t", "identity": "me"}, {"identity": "you"}, 5, {"registry": 5}],
            (
                Use((*HERE, "pull", 0), (at("r", "pull", 0),)),
                Use((*HERE, "pull", 1), (at("s", "pull", 1, "registry"),)),
                Use((*HERE, "pull", 2), (at("t", "pull", 2, "registry"),), at("me", "pull", 2, "identity")),
                Use((*HERE, "pull", 3), (), at("you", "pull", 3, "identity")),
                Use((*HERE, "pull", 4)),
                Use((*HERE, "pull", 5)),
            ),
        ),
        ({"registry": "r"}, ()),
        (5, ()),
    ],
)
def test_registries_are_names_or_mappings(pull: Tree, pulls: tuple[Use, ...]) -> None:
    assert outline({"pull": pull}) == replace(NOTHING, registries=(("pull", pulls),))


def test_what_a_task_does_in_registries_is_in_the_order_of_the_rights() -> None:
    tree: Tree = {"list": "d", "delete": "c", "push": "b", "pull": "a"}
    found = outline(tree)
    assert [key for key, _ in found.registries] == ["pull", "push", "delete", "list"]
    assert [one.name for use in found.registry_uses for one in use.uses] == ["a", "b", "c", "d"]


def test_secrets_refer_to_vaults_by_their_keys() -> None:
    tree: Tree = {"kv1": ["A"], "kv2": {"names": "B", "identity": "me"}, "kv3": {"identity": ["me"]}, "kv4": None}
    here = {name: (*HERE, "secrets", name) for name in ("kv1", "kv2", "kv3", "kv4")}
    keys = {name: (at(name, "secrets", name, is_key=True),) for name in here}
    assert outline({"secrets": tree}) == replace(
        NOTHING,
        secrets=(
            Use(here["kv1"], keys["kv1"]),
            Use(here["kv2"], keys["kv2"], at("me", "secrets", "kv2", "identity")),
            Use(here["kv3"], keys["kv3"]),
            Use(here["kv4"], keys["kv4"]),
        ),
    )
    assert outline({"secrets": ["kv1"]}) == NOTHING


def test_secrets_of_one_vault_may_be_read_as_several() -> None:
    tree: Tree = {"kv1": [{"names": ["A"]}, "stray", {"names": "B", "identity": "me"}]}
    vault = (at("kv1", "secrets", "kv1", is_key=True),)
    assert outline({"secrets": tree}).secrets == (
        Use((*HERE, "secrets", "kv1", 0), vault),
        Use((*HERE, "secrets", "kv1", 2), vault, at("me", "secrets", "kv1", 2, "identity")),
    )


def test_credentials_refer_to_the_vaults_of_their_parts() -> None:
    tree: dict[str, Tree] = {
        "a.io": {"user_name": {"vault": "kv1", "secret": "U"}, "password": {"vault": "kv2", "secret": "P"}},
        "b.io": {"user_name": {"env": "U"}, "password": {"vault": "kv1"}, "identity": "me"},
        "c.io": {"user_name": {"env": "U", "vault": "kv1"}, "password": "text"},
        "d.io": "text",
    }
    here = {name: (*HERE, "credentials", name) for name in tree}
    assert outline({"credentials": tree}) == replace(
        NOTHING,
        credentials=(
            Use(
                here["a.io"],
                (
                    at("kv1", "credentials", "a.io", "user_name", "vault"),
                    at("kv2", "credentials", "a.io", "password", "vault"),
                ),
            ),
            Use(
                here["b.io"],
                (at("kv1", "credentials", "b.io", "password", "vault"),),
                at("me", "credentials", "b.io", "identity"),
            ),
            Use(here["c.io"]),
            Use(here["d.io"]),
        ),
    )


@pytest.mark.parametrize(("tree", "found"), [({"a": 1}, {"a": 1}), (None, {}), ("text", {}), (["a"], {}), (5, {})])
def test_what_is_no_mapping_is_an_empty_one(tree: Tree, found: Tree) -> None:
    assert mapping(tree) == found
