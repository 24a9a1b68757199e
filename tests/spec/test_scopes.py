"""Roles of tasks in a spec: what they say, where they count, and the mistakes that one makes."""

from __future__ import annotations

import pytest

from acr_identity.ids import ArmId
from acr_identity.spec import RoleAccess, Spec, Task, dump_spec, parse_spec
from spec.samples import GROUP, HEAD, SUBSCRIPTION, mistakes_in, with_task

VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv1"


def spec_with(*roles: dict[str, object]) -> Spec:
    return Spec(
        subscription=SUBSCRIPTION,
        resource_group="myResourceGroup",
        registries={"myregistry": {}, "theirs": {"resource_group": "other"}},
        vaults={"kv1": {}},
        identities={"one": {}},
        tasks={
            "hello": Task.model_validate({"registry": "myregistry", "command": "c", "identity": "one", "roles": roles})
        },
    )


@pytest.mark.parametrize(
    ("scope", "id_"),
    [
        ("myregistry", f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"),
        (
            "theirs",
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.ContainerRegistry/registries/theirs",
        ),
        ("kv1", VAULT),
        ("one", f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one"),
        ("resource_group", GROUP),
        ("subscription", f"/subscriptions/{SUBSCRIPTION}"),
        (f"{VAULT}/secrets/Word", f"{VAULT}/secrets/Word"),
    ],
)
def test_a_scope_is_a_key_or_an_id_or_that_of_the_spec(scope: str, id_: str) -> None:
    assert spec_with({"role": "Reader", "scope": scope}).scope_id(scope) == ArmId(id_)


def test_a_spec_keeps_its_roles_when_it_is_written() -> None:
    role = {"role": "Reader", "scope": "kv1", "identity": "one", "condition": " @A[b] StringEquals 'c'\n", "own": True}
    spec = spec_with({"role": "Reader", "scope": "subscription"}, role)
    assert parse_spec(dump_spec(spec)) == spec
    assert spec.tasks["hello"].roles[1] == RoleAccess(
        role="Reader", scope="kv1", identity="one", condition="@A[b] StringEquals 'c'", own=True
    )


NO_KEY = "is neither a key of the spec nor a whole id."
OR_AN_ID = "Add it to `registries`, `vaults` or `identities`, or write an id: /subscriptions/…"
NO_SCOPE = (
    "is not a scope. Use the key of a registry, a vault or an identity, `resource_group`, `subscription`, or a whole "
    "id such as /subscriptions/GUID/resourceGroups/NAME."
)


@pytest.mark.parametrize(
    ("roles", "messages"),
    [
        (
            "[{role: Reader, scope: othr}]",
            [f"8:60: The scope 'othr' {NO_KEY} Did you mean 'other'?"],
        ),
        (
            "[{role: Reader, scope: zzzzzz}]",
            [f"8:60: The scope 'zzzzzz' {NO_KEY} {OR_AN_ID}"],
        ),
        (
            "[{role: Reader, scope: myResourceGroup}]",
            [
                f"8:60: The scope 'myResourceGroup' {NO_KEY} Did you mean 'resource_group'?",
            ],
        ),
        ("[{role: Reader, scope: /}]", [f"8:60: '/' {NO_SCOPE}"]),
        ("[{role: Reader, scope: /subscriptions/a}]", [f"8:60: '/subscriptions/a' {NO_SCOPE}"]),
        (
            "[{role: Reader, scope: /providers/Microsoft.Management/managementGroups/m}]",
            [f"8:60: '/providers/Microsoft.Management/managementGroups/m' {NO_SCOPE}"],
        ),
        (
            "[{role: /Reader, scope: other}]",
            ["8:45: '/Reader' is not a role. Use its name such as Reader, its GUID, or the id of its definition."],
        ),
        (
            "[{role: Reader, scope: other}, {role: READER, scope: other, identity: one}]",
            ["8:68: The role 'READER' is given twice on 'other'. Leave one out; one condition may hold both."],
        ),
        (
            "[{role: Reader, scope: other, identity: two}]",
            ["8:77: The identity 'two' is not among those of the task. Add it to the `identity` of the task."],
        ),
        ("[{role: Reader}]", ["8:38: The key `scope` is missing. Add `scope: …`."]),
    ],
)
def test_a_mistake_in_a_role_is_told_with_its_place(roles: str, messages: list[str]) -> None:
    assert mistakes_in(with_task(f"command: c, identity: one, roles: {roles}")) == messages


def test_a_role_needs_an_identity() -> None:
    (message,) = mistakes_in(with_task("command: c, roles: [{role: Reader, scope: other}]"))
    assert message.startswith("8:15: `roles` needs an identity.")


def test_a_scope_that_stands_for_two_things_is_a_mistake() -> None:
    text = with_task(
        "command: c, identity: one, roles: [{role: Reader, scope: kv1}, {role: Reader, scope: subscription}]"
    )
    label = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/label"
    both = text.replace("{myregistry: ,", f"{{myregistry: , kv1: {label},").replace(
        "{kv1: ,", "{kv1: , subscription: ,"
    )
    fix = "Give the whole id, or another name to one of them."
    assert [message.partition(": ")[2] for message in mistakes_in(both)] == [
        f"'kv1' stands for a registry and a vault. {fix}",
        f"'subscription' stands for a vault and the spec's `subscription`. {fix}",
    ]


def test_a_scope_of_the_spec_must_be_said_there() -> None:
    whole = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry"
    )
    text = (
        f"registries: {{myregistry: {whole}}}\n"
        "tasks: {hello: {registry: myregistry, command: c, identity: system, roles: [{role: a, scope: subscription}]}}"
    )
    assert [message.partition(": ")[2] for message in mistakes_in(text)] == [
        "The spec has no `subscription` that a scope could be. Add `subscription: …` to it."
    ]
    assert HEAD.startswith("subscription: ")
