"""Errors for people and programs."""

from __future__ import annotations

import json

import pytest

from acr_identity.errors import (
    AcrIdentityError,
    AzureError,
    InterruptedWorkError,
    MissingResourceError,
    PlacedMistake,
    RunError,
    SettingsError,
    TaskMissingError,
    TooManyRemovalsError,
    UnreachableError,
    UnsafePlanError,
)
from acr_identity.render import error_json, error_text


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (
            SettingsError("no such cloud: X", advice="Use AzureCloud."),
            ["Error: no such cloud: X", "Advice: Use AzureCloud.", "Exit code 1: failed"],
        ),
        (InterruptedWorkError("stopped"), ["Error: stopped", "Exit code 130: interrupted"]),
        (
            RunError("ca3", "Failed", "denied"),
            ["Error: run ca3 ended as Failed: denied", "Exit code 6: the run failed"],
        ),
        (
            UnsafePlanError(["It removes a.", "It removes b."], advice="Allow it."),
            [
                "Error: the plan is refused as unsafe",
                "Unsafe: It removes a.\nUnsafe: It removes b.",
                "Advice: Allow it.",
                "Exit code 7: refused as unsafe",
            ],
        ),
        (
            MissingResourceError(["/a/b"], problems=[PlacedMistake("There is no b.", "Write a.", "s.yaml", 4, 2)]),
            [
                "Error: what the spec names is not there",
                "Mistakes\n  s.yaml:4:2: There is no b.\n    Write a.",
                "Exit code 1: failed",
            ],
        ),
        (MissingResourceError(["/a", "/b"]), ["Error: not found: /a, /b", "Exit code 1: failed"]),
        (
            AzureError("no", code="Conflict"),
            ["Error: no", "What Azure was asked\n  Code  Conflict", "Exit code 1: failed"],
        ),
        (
            UnreachableError("no answer\r\nfrom there", operation="Tasks - Get"),
            ["Error: no answer from there", "What Azure was asked\n  Operation  Tasks - Get", "Exit code 1: failed"],
        ),
    ],
)
def test_an_error_says_what_is_wrong_where_and_what_to_do(error: AcrIdentityError, lines: list[str]) -> None:
    assert error_text(error) == "\n\n".join(lines)


@pytest.mark.parametrize(
    ("error", "own"),
    [
        (SettingsError("m", advice="a"), {}),
        (TaskMissingError("t", "m", advice="a"), {"task": "t"}),
        (UnsafePlanError(["m"], advice="a"), {"reasons": ["m"]}),
        (
            UnreachableError("m", advice="a", operation="o", resource="r"),
            {"operation": "o", "resource": "r", "status": 0, "code": "", "request_id": ""},
        ),
    ],
)
def test_the_json_of_an_error_has_the_fields_of_its_class(error: AcrIdentityError, own: dict[str, object]) -> None:
    shared = {"type": type(error).__name__, "message": "m", "advice": "a", "exit_code": int(error.exit_code)}
    assert json.loads(error_json(error)) == {"version": 1, "kind": "error", "error": {**shared, **own}}


def test_a_refusal_of_many_removals_lists_what_would_go_and_says_how_to_allow_it() -> None:
    error = TooManyRemovalsError(["delete task a", "delete task b"], owned=3, allowed=1)
    reason = "it would remove 2 of 3 things that were made here, and at most 1 may go"
    advice = "If all of them shall go, say so: --max-removals 2; in Python, max_removals=2."
    assert error_text(error) == (
        "Error: the plan is refused as unsafe\n\n"
        f"Unsafe: {reason}\nUnsafe: delete task a\nUnsafe: delete task b\n\n"
        f"Advice: {advice}\n\n"
        "Exit code 7: refused as unsafe"
    )
    assert json.loads(error_json(error))["error"] == {
        "type": "TooManyRemovalsError",
        "message": f"{reason}; delete task a; delete task b",
        "advice": advice,
        "exit_code": 7,
        "reasons": [reason, "delete task a", "delete task b"],
        "removals": ["delete task a", "delete task b"],
        "owned": 3,
        "allowed": 1,
    }


def test_the_json_of_a_failed_run_has_its_reason() -> None:
    error = json.loads(error_json(RunError("ca3", "Failed", "denied", advice="Read the log.")))["error"]
    assert error == {
        "type": "RunError",
        "message": "run ca3 ended as Failed: denied",
        "advice": "Read the log.",
        "exit_code": 6,
        "run_id": "ca3",
        "status": "Failed",
        "reason": "denied",
    }
