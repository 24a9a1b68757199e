"""Which identity needs which right, and because of what."""

from __future__ import annotations

import pytest

from acr_identity.access import Operation, RegistryRight, Right, SecretRight, rights, task_identity
from acr_identity.state import SystemIdentity, UserIdentity
from plan.worlds import BASE, IDENTITY, OTHER_IDENTITY, OTHER_VAULT, REGISTRY, TASK, VAULT, spec_of, task_of

USER = UserIdentity(IDENTITY)
SYSTEM = SystemIdentity(TASK)


def login(user_vault: str, password_vault: str) -> dict[str, dict[str, str]]:
    return {
        "user_name": {"vault": user_vault, "secret": "User"},
        "password": {"vault": password_vault, "secret": "Password"},
    }


def test_rights_come_in_the_order_of_tasks_pulls_vaults_and_logins_whatever_the_order_of_the_spec() -> None:
    first = task_of(
        "system",
        secrets={"othervault": ["B", "A"], "mykeyvault": ["C"]},
        credentials={
            "quay.io": login("othervault", "mykeyvault"),
            "docker.io": login("mykeyvault", "mykeyvault"),
        },
    )
    spec = spec_of(first, ("early", task_of(secrets={}, registry="mybaseregistry", pull=["myregistry"])))
    assert rights(spec) == (
        RegistryRight("early", USER, REGISTRY, Operation.PULL, (), "task early pulls from myregistry"),
        RegistryRight("hello", SYSTEM, BASE, Operation.PULL, (), "task hello pulls from mybaseregistry"),
        SecretRight("hello", SYSTEM, VAULT, ("C",), "task hello reads C of mykeyvault"),
        SecretRight("hello", SYSTEM, OTHER_VAULT, ("B", "A"), "task hello reads B and A of othervault"),
        SecretRight(
            "hello", SYSTEM, VAULT, ("User", "Password"), "task hello logs in to docker.io with secrets of mykeyvault"
        ),
        SecretRight("hello", SYSTEM, VAULT, ("Password",), "task hello logs in to quay.io with secrets of mykeyvault"),
        SecretRight(
            "hello", SYSTEM, OTHER_VAULT, ("User",), "task hello logs in to quay.io with secrets of othervault"
        ),
    )


def test_a_login_of_which_one_part_is_in_a_vault_needs_just_that_secret() -> None:
    parts = {"user_name": {"env": "HUB_USER"}, "password": {"vault": "mykeyvault", "secret": "Password"}}
    spec = spec_of(task_of(pull=[], secrets={}, credentials={"docker.io": parts}))
    reason = "task hello logs in to docker.io with secrets of mykeyvault"
    assert rights(spec) == (SecretRight("hello", USER, VAULT, ("Password",), reason),)


def test_each_use_may_name_the_identity_that_needs_the_right() -> None:
    task = task_of(
        ["otherId", "myACRTasksId", "system"],
        pull=[{"registry": "mybaseregistry", "identity": "myACRTasksId"}],
        secrets={"mykeyvault": {"names": ["A"], "identity": "otherId"}},
        credentials={"docker.io": {**login("othervault", "othervault"), "identity": "myACRTasksId"}},
    )
    assert [(type(right), right.identity) for right in rights(spec_of(task))] == [
        (RegistryRight, USER),
        (SecretRight, UserIdentity(OTHER_IDENTITY)),
        (SecretRight, USER),
    ]


def test_the_name_system_is_the_identity_of_the_task_itself() -> None:
    spec = spec_of(task_of("system"))
    assert task_identity(spec, "hello", "system") == SYSTEM
    assert task_identity(spec, "hello", "otherId") == UserIdentity(OTHER_IDENTITY)


@pytest.mark.parametrize(
    ("right", "resource"),
    [
        (RegistryRight("hello", USER, BASE, Operation.PULL, (), "why"), BASE),
        (SecretRight("hello", USER, VAULT, ("A",), "why"), VAULT),
    ],
    ids=["pull", "secret"],
)
def test_a_right_says_what_it_is_for(right: Right, resource: object) -> None:
    assert right.resource == resource
