"""What each kind of change says of itself."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

from acr_identity.changes import Action, Change, Kind, Topic
from render import samples

KINDS = [
    Kind("create_identity", Action.CREATE, Topic.IDENTITIES, 10),
    Kind("update_identity", Action.CHANGE, Topic.IDENTITIES, 11),
    Kind("create_task", Action.CREATE, Topic.TASKS, 20),
    Kind("update_task", Action.CHANGE, Topic.TASKS, 21),
    Kind("replace_task", Action.CHANGE, Topic.TASKS, 22),
    Kind("assign_role", Action.CREATE, Topic.ACCESS, 30),
    Kind("add_vault_access", Action.CREATE, Topic.ACCESS, 31),
    Kind("mark_role_assignment", Action.CHANGE, Topic.ACCESS, 32),
    Kind("mark_vault", Action.CHANGE, Topic.ACCESS, 33),
    Kind("set_credential", Action.CREATE, Topic.CREDENTIALS, 40),
    Kind("enable_task", Action.CHANGE, Topic.ENABLING, 50),
    Kind("remove_credential", Action.REMOVE, Topic.REMOVALS, 51),
    Kind("remove_role_assignment", Action.REMOVE, Topic.REMOVALS, 52),
    Kind("remove_vault_access", Action.REMOVE, Topic.REMOVALS, 53),
    Kind("delete_task", Action.REMOVE, Topic.REMOVALS, 60),
    Kind("delete_identity", Action.REMOVE, Topic.REMOVALS, 61),
]
"""All kinds, in the order of a plan where nothing else orders them. The names are a contract of the JSON."""


def test_the_kinds_in_their_order() -> None:
    kinds = {change.kind.name: change.kind for change in samples.changes()}
    assert sorted(kinds.values(), key=lambda kind: kind.rank) == KINDS
    assert len(kinds) == len(get_args(Change))


def test_only_entries_of_one_vault_or_credentials_of_one_task_share_a_request() -> None:
    shared = {"set_credential", "remove_credential", "add_vault_access", "remove_vault_access"}
    for one, other in combinations(samples.changes(), 2):
        if one.request == other.request:
            assert one.kind == other.kind
            assert one.kind.name in shared
            assert one.target.lower() == other.target.lower()


def test_every_change_says_what_it_does_where_and_why() -> None:
    for change in samples.changes():
        assert change.title
        assert change.target.startswith("/")
        assert change.key
        assert change.reason
