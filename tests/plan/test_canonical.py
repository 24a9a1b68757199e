"""The canonical text of a value, and the digest of a plan that is made from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from acr_identity.changes import (
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    RemoveRoleAssignment,
)
from acr_identity.ids import ArmId, Role
from acr_identity.plan import Plan, PlannedChange
from acr_identity.plan.canonical import canonical
from acr_identity.state import FileStep, TaskSettings, UserIdentity, Value
from plan.worlds import BASE, IDENTITY, TASK

Spelling = Callable[[str], str]


def plan_with(spelling: Spelling) -> Plan:
    """Return a plan with ids in all places, each spelt in this way."""

    def spelt(id_: ArmId) -> ArmId:
        return ArmId(spelling(str(id_)))

    create = CreateIdentity(spelt(IDENTITY), "eastus", (), "why")
    identity = UserIdentity(create.id)
    grantee = Grantee(identity, KnownAfterApply(create.key))
    assign = AssignRole(spelt(BASE), Role.ACR_PULL, grantee, "acr_identity: why", "why")
    remove = RemoveRoleAssignment(f"{spelt(BASE)}/roleAssignments/a", str(spelt(BASE)), "AcrPull", identity, "why")
    steps: tuple[Change, ...] = (create, assign, remove)
    return Plan(tuple(PlannedChange(step, (create.key,)) for step in steps))


def plan_of(settings: TaskSettings, *credentials: RegistryCredential) -> Plan:
    task = CreateTask(
        TASK, "eastus", settings, system=True, users=(), credentials=credentials, tags=(("a", "b"),), reason="why"
    )
    return Plan((PlannedChange(task),))


@pytest.mark.parametrize(
    "spelling", [str.lower, lambda text: text.replace("myResourceGroup", "MYRESOURCEGROUP")], ids=["lower", "one part"]
)
def test_the_digest_is_the_same_however_ids_are_spelt(spelling: Spelling) -> None:
    assert plan_with(spelling).digest == plan_with(str).digest


def test_the_digest_tells_texts_apart_that_differ_in_case() -> None:
    texts = ("value", "Value")
    plans = [plan_of(TaskSettings(step=FileStep("a", "b", values=(Value("Name", text),)))) for text in texts]
    assert len({plan.digest for plan in plans}) == 2


def test_secrets_are_no_part_of_the_digest_but_of_what_two_plans_do() -> None:
    one, other = (plan_of(TaskSettings(step=FileStep("a", "b", token=SecretStr(text)))) for text in ("one", "other"))
    shown = plan_of(TaskSettings(step=FileStep("a", "b")))
    assert one.digest == other.digest != shown.digest
    assert (one.does_the_same_as(other), one.does_the_same_as(replace(one, notes=("a note",)))) == (False, True)


def test_a_secret_is_told_from_the_text_that_stands_for_one() -> None:
    plans = [
        plan_of(TaskSettings(step=FileStep("a", "b", values=(Value("Name", value),))))
        for value in ("(secret)", SecretStr("(secret)"))
    ]
    assert plans[0].digest != plans[1].digest
    assert not plans[0].does_the_same_as(plans[1])


def test_two_secrets_that_change_places_make_another_plan() -> None:
    user, password = SecretStr("user"), SecretStr("password")
    plans = [
        plan_of(TaskSettings(), RegistryCredential("docker.io", None, *pair))
        for pair in ((user, password), (password, user))
    ]
    assert plans[0].digest == plans[1].digest
    assert not plans[0].does_the_same_as(plans[1])


def test_the_text_names_types_and_fields_and_nothing_of_python() -> None:
    grantee = Grantee(UserIdentity(ArmId("/subscriptions/S")), KnownAfterApply("create /subscriptions/S"))
    assert json.loads(canonical((grantee, Role.ACR_PULL, {"é": (1, True, None)}, frozenset("b")))) == [
        {
            "type": "Grantee",
            "fields": {
                "identity": {"type": "UserIdentity", "fields": {"id": {"id": "subscriptions/s"}}},
                "ids": {"type": "KnownAfterApply", "fields": {"change": "create /subscriptions/s"}},
            },
        },
        {"enum": "Role", "name": "ACR_PULL"},
        {"é": [1, True, None]},
        ['"b"'],
    ]
    assert canonical({"b": "é", "a": 1}) == '{"a":1,"b":"\\u00e9"}'


@pytest.mark.parametrize("value", [object(), Grantee, b"bytes"], ids=["object", "type", "bytes"])
def test_what_is_no_value_of_a_plan_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no plan holds"):
        canonical((value,))
