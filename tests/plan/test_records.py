"""What tags remember. Tags that an earlier version wrote must be understood by this one."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from acr_identity.changes import UpdateTask
from acr_identity.ids import place_of, remember, remember_places
from acr_identity.plan import make_plan
from acr_identity.plan.records import (
    Owner,
    Record,
    credential_sign,
    identity_sign,
    owner_of,
    record_in,
    recorded,
    role_sign,
    vault_sign,
)
from acr_identity.state import IdentityLogin, LiveIdentity, LiveRegistry, LiveTask, UserIdentity
from plan.worlds import (
    BASE,
    IDENTITY,
    OTHER_IDENTITY,
    OURS,
    TASK,
    VAULT,
    complete_with_user,
    live_task,
    spec_of,
    task_of,
)

SERVER = "mybaseregistry.azurecr.io"


def sign(kind: str, name: str) -> str:
    """Return a fingerprint as every version makes it."""
    return sha256(f"{kind}\n{name}".lower().encode()).hexdigest()[:10]


def test_fingerprints_are_the_same_in_every_version_and_whatever_the_case_of_names() -> None:
    assert identity_sign(str(IDENTITY).upper()) == sign("identity", str(IDENTITY))
    assert credential_sign("MyRegistry.AzureCR.io") == sign("credential", "myregistry.azurecr.io")
    assert vault_sign(VAULT, UserIdentity(IDENTITY)) == sign("vault", f"{VAULT} {IDENTITY}")


def added(live: LiveTask, identity: list[str], server: str = SERVER) -> UpdateTask:
    """Return the update of a task of others that gets these identities and a login for this server."""
    theirs = {id_: LiveIdentity(id_, "p", "c-user", "eastus") for id_ in (IDENTITY, OTHER_IDENTITY)}
    world = complete_with_user()
    registries = {**world.registries, BASE: LiveRegistry(BASE, server, "westus")}
    world = replace(world, registries=registries, identities=theirs, tasks={TASK: live})
    spec = spec_of(task_of(identity, secrets={}))
    (change,) = (one for one in make_plan(spec, world).changes if isinstance(one, UpdateTask))
    return change


def test_what_is_added_to_a_task_of_others_is_remembered_and_what_was_there_is_not() -> None:
    both = ["system", "myACRTasksId", "otherId"]
    spelt = type(IDENTITY)(str(IDENTITY).upper())
    bare = live_task(users=(spelt,), tags=())
    pull, place = role_sign(BASE, UserIdentity(IDENTITY)), remember_places([place_of(BASE)])
    signs = {sign("identity", str(OTHER_IDENTITY)), sign("identity", str(TASK)), sign("credential", SERVER), pull}
    assert added(bare, both).tags == (*remember(frozenset(signs)), *place)
    with_system = replace(live_task(users=(spelt,), system="p-system", tags=()), id=type(TASK)(str(TASK).upper()))
    without = signs - {sign("identity", str(TASK))}
    assert added(with_system, both).tags == (*remember(frozenset(without)), *place)
    logged_in = replace(bare, logins={SERVER: IdentityLogin("c-user")})
    for server in (SERVER, SERVER.upper()):
        without = signs - {sign("credential", SERVER)}
        assert added(logged_in, both, server).tags == (*remember(frozenset(without)), *place)


def test_what_is_remembered_of_nothing_that_is_there_is_forgotten() -> None:
    old = remember(frozenset({"0123456789"}))
    change = added(
        live_task(users=(IDENTITY,), login="c-user", tags=(*old, ("team", "x"))), ["myACRTasksId", "otherId"]
    )
    signs = frozenset({sign("identity", str(OTHER_IDENTITY)), role_sign(BASE, UserIdentity(IDENTITY))})
    assert change.tags == (*remember(signs), *remember_places([place_of(BASE)]), ("team", "x"))


@pytest.mark.parametrize(
    ("name", "tags", "owner"),
    [
        (None, (), Owner("")),
        ("web", (), Owner("web")),
        ("web", OURS, Owner("web", also=frozenset({""}))),
        ("web", (*OURS, *remember(frozenset({"a"}))), Owner("web", also=frozenset({""}))),
        ("web", (*OURS, *remember(frozenset({"a"}), "web")), Owner("web")),
    ],
    ids=["without a name", "new", "of the first release", "before it had a name", "with its name"],
)
def test_a_spec_that_got_a_name_knows_what_it_did_before(
    name: str | None, tags: tuple[tuple[str, str], ...], owner: Owner
) -> None:
    spec = spec_of(task_of()).model_copy(update={"name": name})
    live = replace(complete_with_user(), tasks={TASK: live_task(tags=tags)})
    assert owner_of(spec, live) == owner


def test_the_record_of_a_spec_is_its_own_and_says_who_else_has_one() -> None:
    tags = (*OURS, *remember(frozenset({"a", "b"}), "left"), *remember(frozenset({"c"}), "right"))
    assert record_in(tags, Owner("left")) == Record(frozenset({"a", "b"}), others=frozenset({"right"}))
    assert record_in(tags, Owner("left", also=frozenset({"right"}))) == Record(frozenset({"a", "b", "c"}))
    assert record_in(OURS, Owner("left")) == Record(is_older=True)


def test_a_record_is_written_in_place_of_its_own_and_leaves_those_of_others() -> None:
    theirs = remember(frozenset({"c"}), "right")
    tags = (*remember(frozenset({"a"}), "left"), *theirs, ("team", "x"))
    assert recorded(tags, Owner("left"), {"b"}) == (*remember(frozenset({"b"}), "left"), *theirs, ("team", "x"))
    assert recorded(tags, Owner("left"), ()) == (*theirs, ("team", "x"))
    both = Owner("left", also=frozenset({"right"}))
    assert recorded(tags, both, {"b"}) == (*remember(frozenset({"b"}), "left"), ("team", "x"))


def test_only_who_adopts_takes_over_what_others_remember_of_a_task_that_is_wanted() -> None:
    task = live_task(tags=(*OURS, *remember(frozenset({"a"}), "left"), *remember(frozenset({"c"}), "right")))
    assert Owner("left").towards(task) == Owner("left")
    assert Owner("left", adopts=True).towards(None) == Owner("left", adopts=True)
    assert Owner("left", adopts=True).towards(task) == Owner("left", adopts=True, also=frozenset({"right"}))
