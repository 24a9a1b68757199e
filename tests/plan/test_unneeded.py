"""Grants that are there: what becomes of them, and of what they remember."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.access import Operation, RegistryRight
from acr_identity.changes import AccessMark, Grantee, MarkRoleAssignment, MarkVault, RemoveRoleAssignment
from acr_identity.ids import GrantMark, Role, describe, mark_of, place_of, remember
from acr_identity.plan.claims import Claims
from acr_identity.plan.records import Owner, vault_sign
from acr_identity.plan.roles import NeededRole
from acr_identity.plan.unneeded import Unneeded, unneeded_grants
from acr_identity.state import Known, Live, LiveIdentity, SystemIdentity, UserIdentity
from plan.worlds import BASE, IDENTITY, OURS, TASK, VAULT, assignment, bare, live_task, policy

USER = UserIdentity(IDENTITY)
ROLE = frozenset({(USER, BASE)})


def world(*, specs: frozenset[str], principal: str = "p-user") -> Live:
    """Return an Azure in which an identity of others has a role of ours that these specs need."""
    text = describe("why", GrantMark(specs, place_of(IDENTITY)))
    return replace(
        bare(),
        identities={IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")},
        assignments=(assignment(principal, text=text),),
    )


def became(live: Live, claims: Claims) -> list[str]:
    """Return what becomes of grants: removed, or needed by which specs from now on."""
    found = []
    for change in unneeded_grants(live, claims).changes:
        match change:
            case RemoveRoleAssignment(reason=reason):
                found.append(f"removed: {reason}")
            case MarkRoleAssignment(description=description):
                mark = mark_of(description)
                found.append(", ".join(sorted(mark.specs)) if mark else "")
            case _:
                found.append(change.kind.name)
    return found


def test_a_role_that_another_spec_needs_too_goes_with_the_last() -> None:
    both, left = frozenset({"left", "right"}), frozenset({"left"})
    assert became(world(specs=both), Claims(Owner("left"), frozenset())) == ["right"]
    assert became(world(specs=left), Claims(Owner("left"), frozenset())) == ["removed: nothing that stays needs it"]


def test_a_spec_that_needs_a_role_of_another_joins_it_once() -> None:
    assert became(world(specs=frozenset({"left"})), Claims(Owner("right"), ROLE)) == ["left, right"]
    assert became(world(specs=frozenset({"left", "right"})), Claims(Owner("right"), ROLE)) == []


def test_what_only_another_spec_needs_is_left_alone() -> None:
    assert became(world(specs=frozenset({"left"})), Claims(Owner("right"), frozenset())) == []


def test_a_role_of_a_spec_without_a_name_takes_more_evidence() -> None:
    live = world(specs=frozenset({""}))
    assert became(live, Claims(Owner(""), frozenset())) == []
    assert became(live, Claims(Owner(""), frozenset(), claimed=ROLE)) == ["removed: nothing that stays needs it"]


def test_a_spec_that_got_a_name_takes_over_what_had_none() -> None:
    live = world(specs=frozenset({""}))
    assert became(live, Claims(Owner("web", also=frozenset({""})), ROLE)) == ["web"]


def test_who_is_there_anew_with_another_principal_leaves_the_old_role_behind_and_it_goes() -> None:
    live = world(specs=frozenset({"web"}), principal="p-old")
    assert became(live, Claims(Owner("web"), ROLE)) == ["removed: who had it is gone: principal p-old"]
    assert became(live, Claims(Owner("other"), ROLE)) == []


def test_who_is_not_known_to_be_gone_keeps_its_role() -> None:
    live = replace(world(specs=frozenset({"web"}), principal="p-old"), identities={})
    assert became(live, Claims(Owner("web"), ROLE)) == []
    assert became(replace(live, former=frozenset({"p-old"})), Claims(Owner("web"), ROLE)) == [
        "removed: who had it is gone: principal p-old"
    ]


def test_who_is_gone_needs_nothing_whatever_other_specs_say() -> None:
    live = replace(world(specs=frozenset({"web", "other"}), principal="p-old"), identities={})
    assert became(replace(live, former=frozenset({"p-old"})), Claims(Owner("web"), ROLE)) == [
        "removed: who had it is gone: principal p-old"
    ]
    assert became(replace(live, former=frozenset({"p-old"})), Claims(Owner("third"), ROLE)) == []


def test_what_an_identity_was_given_goes_with_it() -> None:
    live = world(specs=frozenset({"web", "other"}))
    claims = Claims(Owner("web"), frozenset(), leaving=frozenset({USER}))
    assert became(live, claims) == ["other"]
    assert became(live, replace(claims, ending=frozenset({USER}))) == ["removed: nothing that stays needs it"]


def test_what_an_identity_of_a_task_whose_mark_is_wiped_was_given_stays() -> None:
    claims = Claims(Owner("web"), frozenset(), lost=frozenset({USER}))
    assert became(world(specs=frozenset({"web"})), claims) == []


def test_a_role_that_is_not_how_the_registry_or_the_vault_decides_any_more_goes() -> None:
    classic = world(specs=frozenset({"web"}))
    right = RegistryRight("hello", USER, BASE, Operation.PULL, (), "why")
    by_repository = NeededRole(Role.REPOSITORY_READER, (right,))
    claims = Claims(Owner("web"), ROLE, roles={(USER, BASE): (NeededRole(Role.ACR_PULL, (right,)),)})
    assert became(classic, claims) == []
    assert became(classic, replace(claims, roles={(USER, BASE): (by_repository,)})) == [
        "removed: nothing that stays needs it"
    ]


def test_a_role_that_a_task_taken_over_has_for_itself_is_of_the_new_spec_alone() -> None:
    there = live_task(system="p-system", tags=OURS)
    live = replace(
        world(specs=frozenset({"left"}), principal="p-system"),
        identities={},
        tasks={TASK: there},
    )
    own = SystemIdentity(TASK)
    claims = Claims(Owner("right"), frozenset({(own, BASE)}), taken_over={own: frozenset({"left", "right"})})
    assert became(live, claims) == ["right"]
    assert became(live, replace(claims, needed=frozenset())) == ["removed: nothing that stays needs it"]


def test_access_of_an_identity_of_others_that_a_task_remembers_is_marked_with_all_that_is_known_of_it() -> None:
    sign = vault_sign(VAULT, USER)
    live = replace(
        world(specs=frozenset({""})),
        assignments=(),
        tasks={TASK: live_task(users=(IDENTITY,), tags=remember(frozenset({sign})))},
        vaults={VAULT: replace(bare().vaults[VAULT], policies=(policy("p-user"),), tags=(("team", "x"),))},
    )
    mark = AccessMark(Grantee(USER, Known("p-user", "c-user")), GrantMark(frozenset({""}), place_of(IDENTITY)))
    change = MarkVault(VAULT, (("team", "x"),), (mark,), "who is gone, and what another spec needs, can be told by it")
    needed = frozenset({(USER, VAULT)})
    claims = Claims(Owner(""), needed, frozenset({sign}), reads=needed)
    assert unneeded_grants(live, claims) == Unneeded((change,), (), {USER: (change.key,)})
