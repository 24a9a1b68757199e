"""What grants say of themselves, and places, read back as they were written."""

from __future__ import annotations

import pytest

from acr_identity.ids import (
    ArmId,
    GrantMark,
    access_marks,
    access_tag,
    describe,
    is_memory,
    mark_of,
    place_of,
    principal_place,
    principals_in,
    reason_of,
    record_of,
    remember_places,
    remembered_places,
    resource_at,
    scope_at,
    scope_place,
    with_places,
)

GROUP = ArmId.group("11111111-1111-1111-1111-111111111111", "my.Group_(1)")
REGISTRY = GROUP.provided("Microsoft.ContainerRegistry", "registries", "base")
VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "kv")
USER = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "Puller")
PRINCIPAL = "44444444-4444-4444-4444-444444444444"


@pytest.mark.parametrize(
    "mark",
    [
        GrantMark(),
        GrantMark(frozenset({"web"}), place_of(USER), holder_is_ours=True),
        GrantMark(frozenset({"", "web", "my-platform"}), place_of(REGISTRY.child("tasks", "hello"))),
    ],
)
def test_a_description_is_read_back_with_its_reason(mark: GrantMark) -> None:
    text = describe("task a pulls from [base]; task b too", mark)
    assert (mark_of(text), reason_of(text)) == (mark, "task a pulls from [base]; task b too")


def test_a_description_keeps_its_mark_however_long_the_reason() -> None:
    mark = GrantMark(frozenset({"web"}), place_of(USER))
    text = describe("x" * 2000, mark)
    assert (len(text), mark_of(text)) == (1024, mark)


def test_a_description_of_the_first_release_is_that_of_a_spec_without_a_name() -> None:
    assert mark_of("acr_identity: task hello pulls from base") == GrantMark()
    assert mark_of("made by hand [web; ]") is None


def test_the_access_of_a_principal_is_read_back_from_the_tag_of_a_vault() -> None:
    mark = GrantMark(frozenset({"web", ""}), place_of(USER))
    assert access_marks([("team", "x"), access_tag(PRINCIPAL.upper(), mark)]) == {PRINCIPAL: mark}


@pytest.mark.parametrize("id_", [REGISTRY, VAULT, USER, REGISTRY.child("tasks", "hello")])
def test_a_place_leads_back_to_its_resource(id_: ArmId) -> None:
    assert resource_at(place_of(id_)) == id_
    assert resource_at(principal_place(id_, PRINCIPAL)) == id_


@pytest.mark.parametrize(
    "text", ["", "vaults", "vaults:a/b", "vaults:a/b/c/d", "disks:a/b/c", "tasks:a/b/c", "vaults:a//c"]
)
def test_what_is_no_place_leads_nowhere(text: str) -> None:
    assert resource_at(text) is None


def test_places_fill_as_many_tags_as_it_takes() -> None:
    places = {f"vaults:sub/rg/{'v' * 60}{number}" for number in range(9)}
    tags = remember_places(places)
    assert remembered_places(tags) == places
    assert [name for name, _ in tags] == ["acr-identity-at", "acr-identity-at-1", "acr-identity-at-2"]
    assert max(len(value) for _, value in tags) <= 256


SUB = "/subscriptions/11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize(
    "scope",
    [
        SUB,
        f"{SUB}/resourceGroups/my.group",
        f"{SUB}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv",
        f"{SUB}/RESOURCEGROUPS/g/PROVIDERS/Microsoft.KeyVault/vaults/kv/secrets/Word",
        f"{SUB}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s/blobServices/default/containers/$web",
        f"{SUB}/providers/Microsoft.Thing/things/one",
        f"{SUB}/resourceGroups/{'g' * 90}/providers/Microsoft.Thing/things/{'t' * 200}/parts/{'p' * 300}",
    ],
)
def test_a_scope_of_any_length_is_read_back(scope: str) -> None:
    place = scope_place(ArmId(scope))
    tags = remember_places([place, "vaults:s/g/a", "vaults:s/g/zz"])
    assert all(len(value) <= 256 for _, value in tags)
    assert remembered_places(tags[::-1]) == {place, "vaults:s/g/a", "vaults:s/g/zz"}
    assert (scope_at(place) or resource_at(place)) == ArmId(scope)


@pytest.mark.parametrize(
    "place", ["vaults:s/g/a", "scope:", "scope:s/../g", "scope:s/g?x", "scope:s/g/A/b", "scope:s/%2e"]
)
def test_what_is_no_scope_is_not_read_as_one(place: str) -> None:
    assert scope_at(place) is None


def test_places_are_added_to_those_that_are_there() -> None:
    there = (("acr-identity-at", "vaults:s/g/a"), ("team", "x"))
    assert with_places(there, ["vaults:s/g/b"]) == (("acr-identity-at", "vaults:s/g/a vaults:s/g/b"), ("team", "x"))


def test_a_place_with_a_principal_tells_who_had_it() -> None:
    assert principals_in([principal_place(USER, PRINCIPAL), place_of(VAULT)]) == {PRINCIPAL: USER}


def test_tags_that_remember_are_told_from_all_others() -> None:
    names = ("acr-identity-added", "ACR-Identity-Added-12.web", "acr-identity-at-1", f"acr-identity-{PRINCIPAL}")
    assert [is_memory(name) for name in names] == [True] * 4
    assert [is_memory(name) for name in ("acr-identity", "acr-identity-waits", "team")] == [False] * 3
    assert (record_of("acr-identity-added-3.my-platform"), record_of("acr-identity-at")) == ("my-platform", None)
