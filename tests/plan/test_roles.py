"""The least roles for what an identity must be able to do, by how a registry or a vault decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.access import Operation, RegistryRight, SecretRight
from acr_identity.ids import AnyRole, Role
from acr_identity.plan.repositories import covers
from acr_identity.plan.roles import NeededRole, needed_roles
from acr_identity.state import UserIdentity
from plan.worlds import BASE, IDENTITY, OTHER_VAULT, VAULT, bare

USER = UserIdentity(IDENTITY)
PULL, PUSH, DELETE, LIST = Operation
CLASSIC = bare()
BY_REPOSITORY = replace(bare(), registries={BASE: replace(bare().registries[BASE], uses_abac=True)})


def right(operation: Operation, *repositories: str) -> RegistryRight:
    return RegistryRight("hello", USER, BASE, operation, repositories, f"why {operation} {repositories}")


def roles(*rights: RegistryRight, by_repository: bool) -> list[tuple[AnyRole, tuple[str, ...]]]:
    """Return the roles that these rights take, and in which repositories."""
    found = needed_roles(rights, BY_REPOSITORY if by_repository else CLASSIC)
    return [(one.role, one.repositories) for one in found[USER, BASE]]


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([PULL], [Role.ACR_PULL]),
        ([LIST], [Role.ACR_PULL]),
        ([PUSH], [Role.ACR_PUSH]),
        ([DELETE], [Role.ACR_DELETE, Role.ACR_PULL]),
        ([DELETE, PUSH], [Role.ACR_DELETE, Role.ACR_PUSH]),
        ([PULL, PUSH], [Role.ACR_PUSH]),
        ([PULL, DELETE], [Role.ACR_PULL, Role.ACR_DELETE]),
        ([PULL, PUSH, DELETE, LIST], [Role.ACR_PUSH, Role.ACR_DELETE]),
    ],
)
def test_a_classic_registry_gives_all_of_it_by_the_least_roles(
    operations: list[Operation], expected: list[Role]
) -> None:
    assert roles(*map(right, operations), by_repository=False) == [(role, ("*",)) for role in expected]


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ([right(PULL)], [(Role.REPOSITORY_READER, ("*",))]),
        ([right(PULL, "base", "team/*")], [(Role.REPOSITORY_READER, ("base", "team/*"))]),
        ([right(PUSH, "app"), right(PULL, "app")], [(Role.REPOSITORY_WRITER, ("app",))]),
        (
            [right(PUSH, "app"), right(PULL)],
            [(Role.REPOSITORY_WRITER, ("app",)), (Role.REPOSITORY_READER, ("*",))],
        ),
        (
            [right(PUSH, "team/app"), right(PULL, "team/*", "team/web")],
            [(Role.REPOSITORY_WRITER, ("team/app",)), (Role.REPOSITORY_READER, ("team/*",))],
        ),
        ([right(DELETE, "app"), right(PUSH, "app"), right(PULL, "app")], [(Role.REPOSITORY_CONTRIBUTOR, ("app",))]),
        ([right(LIST, "app")], [(Role.CATALOG_LISTER, ("*",))]),
    ],
)
def test_a_registry_that_decides_by_repository_gives_no_more_than_the_named_ones(
    rights: list[RegistryRight], expected: list[tuple[Role, tuple[str, ...]]]
) -> None:
    assert roles(*rights, by_repository=True) == expected


def test_a_role_serves_each_right_that_it_gives() -> None:
    push, pull, other = right(PUSH, "app"), right(PULL, "app"), right(PULL, "base")
    assert needed_roles([push, pull, other], BY_REPOSITORY)[USER, BASE] == (
        NeededRole(Role.REPOSITORY_WRITER, (push, pull), ("app",)),
        NeededRole(Role.REPOSITORY_READER, (other,), ("base",)),
    )


PATTERNS = st.lists(st.sampled_from(["base", "team/app", "team/*", "team/web/*"]), unique=True)
STRENGTH: dict[AnyRole, int] = {Role.REPOSITORY_READER: 1, Role.REPOSITORY_WRITER: 2, Role.REPOSITORY_CONTRIBUTOR: 3}
NEEDS = {PULL: 1, PUSH: 2, DELETE: 3}


@given(st.lists(st.tuples(st.sampled_from([PULL, PUSH, DELETE]), PATTERNS), min_size=1, max_size=5))
def test_each_right_is_given_and_nothing_is_given_that_none_names(wanted: list[tuple[Operation, list[str]]]) -> None:
    found = roles(*(right(operation, *patterns) for operation, patterns in wanted), by_repository=True)
    for name in ("base", "team", "team/app", "team/web/ui", "other"):
        needed = max(
            (NEEDS[each] for each, some in wanted if any(covers(one, name) for one in some or ["*"])), default=0
        )
        given = max((STRENGTH[role] for role, some in found if any(covers(one, name) for one in some)), default=0)
        assert given == needed


def test_a_vault_takes_a_role_only_if_it_decides_by_roles() -> None:
    by_policies, by_roles = (SecretRight("hello", USER, vault, ("A",), "why") for vault in (VAULT, OTHER_VAULT))
    assert needed_roles([by_policies, by_roles], CLASSIC) == {
        (USER, VAULT): (),
        (USER, OTHER_VAULT): (NeededRole(Role.SECRETS_USER, (by_roles,), secret="A"),),
    }


def secret_right(*secrets: str, on_vault: bool = False) -> SecretRight:
    return SecretRight("hello", USER, OTHER_VAULT, secrets, f"why {secrets}", on_vault=on_vault)


def test_a_role_is_for_each_secret_whoever_names_it_and_in_whatever_case() -> None:
    both, one = secret_right("UserName", "Password"), secret_right("username")
    assert needed_roles([both, one], CLASSIC)[USER, OTHER_VAULT] == (
        NeededRole(Role.SECRETS_USER, (both, one), secret="UserName"),
        NeededRole(Role.SECRETS_USER, (both,), secret="Password"),
    )


def test_a_role_on_the_vault_serves_all_who_read_its_secrets() -> None:
    one, other = secret_right("UserName"), secret_right("Password", on_vault=True)
    found = needed_roles([one, other], CLASSIC)[USER, OTHER_VAULT]
    assert found == (NeededRole(Role.SECRETS_USER, (one, other)),)
    assert found[0].scope == OTHER_VAULT


def test_what_was_not_read_is_not_known() -> None:
    assert needed_roles([right(PULL)], replace(CLASSIC, registries={})) == {}
