"""The names of things in Azure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.ids import ADDED_TAG, ArmId, Role, assignment_name, fingerprint, remember, remembered

PART = st.text("abcXYZ019-_.", min_size=1, max_size=12)
IDS = st.lists(st.tuples(PART, PART), max_size=4).map(
    lambda pairs: "/subscriptions/s" + "".join(f"/{kind}/{name}" for kind, name in pairs)
)


@given(IDS)
def test_an_id_prints_as_it_was_given(text: str) -> None:
    assert str(ArmId(text)) == text


@given(IDS)
def test_ids_are_equal_whatever_their_case(text: str) -> None:
    assert (ArmId(text.upper()), hash(ArmId(text.upper()))) == (ArmId(text.lower()), hash(ArmId(text.lower())))


@given(IDS, PART, PART)
def test_a_child_has_its_parent(text: str, kind: str, name: str) -> None:
    child = ArmId(text).child(kind, name)
    assert (child.parent, child.name) == (ArmId(text), name)
    assert ArmId(text).contains(child)
    assert not child.contains(ArmId(text))


@pytest.mark.parametrize("text", ["", "/", "myregistry", "/subscriptions", "/providers/a/b/c", "/subscriptions//x/y"])
def test_other_text_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="is no resource id"):
        ArmId(text)


def test_a_scope_contains_only_whole_parts() -> None:
    group = ArmId.group("s", "base")
    assert not group.contains(ArmId.group("s", "base-images"))


def test_the_name_of_a_role_assignment_follows_from_its_content_whatever_the_case() -> None:
    scope = ArmId.group("S", "RG")
    same = assignment_name(ArmId.group("s", "rg"), "ABC", Role.ACR_PULL)
    assert assignment_name(scope, "abc", Role.ACR_PULL) == same
    others = {
        assignment_name(scope, "abd", Role.ACR_PULL),
        assignment_name(scope, "abc", Role.SECRETS_USER),
        assignment_name(ArmId.group("S", "RG2"), "abc", Role.ACR_PULL),
    }
    assert len(others - {same}) == 3


@given(st.frozensets(st.integers(0, 10**6).map(lambda number: fingerprint("x", str(number))), max_size=80))
def test_what_is_remembered_in_tags_is_read_back_and_each_tag_fits(signs: frozenset[str]) -> None:
    tags = remember(signs)
    assert remembered((*tags, ("team", "theirs"))) == signs
    assert all(len(value) <= 256 and name.startswith(ADDED_TAG) for name, value in tags)
