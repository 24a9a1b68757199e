"""What `apply` gives is enough, and no more: no grant is idle, and what is not named stays closed."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator import Emulator
from flows.flows import ROLES_VERSION, VAULTS_VERSION, ask
from profiles import examples
from properties.anyrights import (
    ALLOWED,
    CLASSIC,
    MEANT,
    REGISTRIES,
    SECRETS,
    VAULTS,
    Case,
    allowed,
    cases,
    grants,
    principals,
    readable,
    run,
)
from properties.histories import make


def without(emulator: Emulator, place: str, principal: str) -> None:
    """Take one grant away."""
    if not principal:
        ask(emulator, "DELETE", place, version=ROLES_VERSION)
        return
    entry = {"tenantId": emulator.world.tenant, "objectId": principal, "permissions": {"secrets": ["get"]}}
    body = {"properties": {"accessPolicies": [entry]}}
    ask(emulator, "PUT", f"{place}/accessPolicies/remove", body, version=VAULTS_VERSION)


def runs(emulator: Emulator, case: Case) -> list[str]:
    """Return how a run of each task ends, each begun with what there is now."""
    before, ends = emulator.snapshot(), []
    for name in case.tasks:
        emulator.restore(before)
        ends.append(run(emulator, name))
    emulator.restore(before)
    return ends


@pytest.mark.parametrize("by_repository", [False, True], ids=["classic", "by repository"])
@examples(0.2)
@given(data=st.data())
def test_runs_do_all_that_the_spec_names_and_without_any_grant_one_of_them_fails(
    data: st.DataObject, *, by_repository: bool
) -> None:
    case = data.draw(cases(by_repository=by_repository))
    emulator = case.emulator()
    make(emulator, case.spec)
    assert runs(emulator, case) == ["Succeeded"] * len(case.tasks)
    before = emulator.snapshot()
    for place, principal in grants(emulator):
        without(emulator, place, principal)
        assert "Failed" in runs(emulator, case), f"{place} {principal} is idle"
        emulator.restore(before)


@pytest.mark.parametrize("by_repository", [False, True], ids=["classic", "by repository"])
@examples(0.4)
@given(data=st.data())
def test_nobody_may_do_what_the_spec_does_not_name(data: st.DataObject, *, by_repository: bool) -> None:
    case = data.draw(cases(by_repository=by_repository))
    emulator = case.emulator()
    make(emulator, case.spec)
    known = principals(emulator)
    found = {(who, name): allowed(emulator, known[who], name) for who in known for name in REGISTRIES}
    secrets = {(who, name): readable(emulator, known[who], name) for who in known for name in VAULTS}
    assert {key: rights for key, rights in found.items() if rights} == in_registries(case)
    assert {key: names for key, names in secrets.items() if names} == in_vaults(case)


def in_registries(case: Case) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Return who may do what in which repository, if each has the least role for what the spec names."""
    found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for task in case.tasks:
        for who, name, entry in case.users(task):
            if name in VAULTS or (name == "homereg" and not case.by_repository[name]):
                continue
            is_listing = entry["operation"] == "list" or not case.by_repository[name]
            if is_listing:
                found[who, name]["catalog"].add("*")
            repositories = entry["repositories"] if case.by_repository[name] else []
            actions = (ALLOWED if case.by_repository[name] else CLASSIC)[entry["operation"]]
            for repository in {one for pattern in repositories or ["*"] for one in MEANT[pattern]} if actions else ():
                found[who, name][repository] |= actions
    return {key: dict(rights) for key, rights in found.items()}


def in_vaults(case: Case) -> dict[tuple[str, str], set[str]]:
    """Return who may read which secrets: those that the spec names, or all, where it says so or cannot be otherwise."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for task in case.tasks:
        for who, name, entry in case.users(task):
            if name in VAULTS:
                is_whole = entry["scope"] == "vault" or not case.by_roles[name]
                found[who, name] |= {*SECRETS} if is_whole else {*entry["names"]}
    return dict(found)
