"""Secrets that are known, taken out of texts."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from acr_identity.changes import FieldChange
from acr_identity.plan import make_plan
from acr_identity.plan.masking import Mask
from acr_identity.spec import TaskFile
from acr_identity.state import CustomLogin, EncodedStep, IdentityLogin, SourceTriggerSettings, TaskSettings, Value
from plan.worlds import IDENTITY, TASK, complete_with_user, live_task, spec_of, task_of

SECRET = 'it\'s "50%" \\ of the way'


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("marker", "echo marker | marker", "echo (secret) | (secret)"),
        ("marker", "nothing of it", "nothing of it"),
        ("abcde", "abcde stays, since it is too short", "abcde stays, since it is too short"),
        (SECRET, f"a: {SECRET}", "a: (secret)"),
        (SECRET, "a: 'it''s \"50%\" \\ of the way'", "a: '(secret)'"),
        (SECRET, 'a: "it\'s \\"50%\\" \\\\ of the way"', 'a: "(secret)"'),
        (SECRET, f"git https://x/{quote(SECRET, safe='')}", "git https://x/(secret)"),
        ("--BEGIN--\nMIIEvQIB\n", "k: |\n  --BEGIN--\n  MIIEvQIB\n", "k: |\n  (secret)\n  (secret)\n"),
        ("other", "git https://user:token@example.com", "git https://(secret)@example.com"),
    ],
)
def test_a_secret_is_masked_in_each_form_that_a_task_file_can_hold(secret: str, text: str, shown: str) -> None:
    assert Mask.of([secret]).masked(text) == shown


def test_what_is_not_planned_need_not_have_been_filled() -> None:
    file = TaskFile(path="task.yaml", content="steps:\n- cmd: of-a-value\n")
    other = task_of(secrets={}, values={"Token": {"env": "OTHER"}})
    whole = spec_of(task_of(secrets={}, file=file, values={"Token": {"env": "VALUE"}}), ("other", other))
    spec = whole.only(["hello"]).with_environment({"VALUE": "of-a-value"})
    plan = make_plan(spec, complete_with_user(), whole=whole)
    shown = [field.after for change in plan.changes for field in change.differences if field.is_text]
    assert shown == ["steps:\n- cmd: (secret)\n"]


def test_the_digest_covers_what_is_masked() -> None:
    live = complete_with_user()
    plans = []
    for said in ("of-a-value", "of-another"):
        file = TaskFile(path="task.yaml", content=f"steps:\n- cmd: {said}\n")
        values = {"One": {"env": "ONE"}, "Other": {"env": "OTHER"}}
        spec = spec_of(task_of(secrets={}, file=file, values=values))
        plans.append(make_plan(spec.with_environment({"ONE": "of-a-value", "OTHER": "of-another"}), live))
    first, second = ([change.differences for change in plan.changes] for plan in plans)
    assert first == second
    assert plans[0].digest != plans[1].digest


def test_secrets_that_overlap_are_masked_as_one() -> None:
    assert Mask.of(["abcdef", "defghi"]).masked("-abcdefghi-abcdef-") == "-(secret)-(secret)-"


@given(st.text(min_size=6, max_size=20), st.binary(max_size=5), st.binary(max_size=5))
def test_a_secret_is_masked_in_base64_wherever_it_begins(secret: str, before: bytes, after: bytes) -> None:
    content = secret.encode(errors="surrogatepass")
    text = base64.b64encode(before + content + after).decode()
    inner = base64.b64encode(before + content)[-(-len(before) * 4 // 3) : len(before + content) * 8 // 6].decode()
    shown = Mask.of([secret]).masked(text)
    assert inner not in shown
    assert "(secret)" in shown


@given(st.lists(st.text("abc", min_size=6, max_size=8), max_size=5), st.text("abc"))
def test_no_secret_is_left(secrets: list[str], text: str) -> None:
    shown = Mask.of(secrets).masked(text)
    assert [secret for secret in secrets if secret in shown] == []


def test_no_text_of_a_plan_shows_a_secret_of_the_spec_or_one_that_azure_shows() -> None:
    said = "of-a-value of-another-task of-theirs of-source of-login of-nobody"
    file = TaskFile(path="task.yaml", content=f"steps:\n- cmd: new {said}\n")
    task = task_of(secrets={}, file=file, values={"Token": {"env": "VALUE"}})
    other = task_of(secrets={}, values={"Token": {"env": "OTHER"}})
    spec = spec_of(task, ("other", other)).with_environment({"VALUE": "of-a-value", "OTHER": "of-another-task"})
    sources = (SourceTriggerSettings("s", "r", None, ("commit",), "Github", SecretStr("of-source")),)
    step = EncodedStep(f"steps:\n- cmd: old {said}\n", (Value("Theirs", SecretStr("of-theirs")),))
    there = replace(
        live_task(users=(IDENTITY,), settings=TaskSettings(step=step, sources=sources, enabled=True)),
        logins={
            "mybaseregistry.azurecr.io": IdentityLogin("c-user"),
            "docker.io": CustomLogin(SecretStr("of-login"), None),
        },
    )
    live = replace(complete_with_user(), tasks={TASK: there})
    plan = make_plan(spec.only(["hello"]), live, whole=spec)
    shown = [field for change in plan.changes for field in change.differences if field.is_text]
    left = "(secret) (secret) (secret) (secret) (secret) of-nobody"
    before, after = (f"steps:\n- cmd: {side} {left}\n" for side in ("old", "new"))
    assert shown == [FieldChange("step.content", before, after, is_text=True)]
