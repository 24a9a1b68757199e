"""Patterns of actions, and what a role allows by them."""

from __future__ import annotations

import pytest

from acr_identity.access.actions import Permission, matches_any


@pytest.mark.parametrize(
    ("pattern", "action", "does"),
    [
        ("*", "Microsoft.KeyVault/vaults/read", True),
        ("*/read", "Microsoft.ContainerRegistry/registries/pull/READ", True),
        ("A/b/read", "a/B/Read", True),
        ("A/b/read", "A/b/reader", False),
        ("A/*", "A/b/c", True),
        ("A/*", "A", True),
        ("A/*", "AB", False),
        ("A/*/read", "A/read", True),
        ("A/*/read", "A/b/c/read", True),
        ("A/*/read", "Aread", False),
        ("A.b/read", "Axb/read", False),
        ("", "A", False),
    ],
)
def test_a_pattern_stands_for_whole_actions(pattern: str, action: str, *, does: bool) -> None:
    assert matches_any([pattern], action) == does


def test_what_is_taken_off_one_list_is_not_taken_off_the_other() -> None:
    permission = Permission(("A/*",), ("A/write",), ("A/*",), ())
    assert permission.allows("A/read", is_data=False)
    assert not permission.allows("A/write", is_data=False)
    assert permission.allows("A/write", is_data=True)
    assert not Permission(data_actions=("A/*",), not_data_actions=("A/x",)).allows("A/x", is_data=True)
