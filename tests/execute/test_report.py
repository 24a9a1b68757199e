"""What became of a plan, as one value and one exit code."""

from __future__ import annotations

import pytest

from acr_identity.changes import DeleteIdentity, DeleteTask
from acr_identity.errors import AcrIdentityError, AzureError, ExitCode, NotAuthorisedError
from acr_identity.execute import Done, Failed, Outcome, Report, Skipped
from plan.worlds import IDENTITY, TASK

ONE, OTHER = DeleteTask(TASK, "why"), DeleteIdentity(IDENTITY, "why")
REFUSED, FORBIDDEN = Failed(ONE, AzureError("no")), Failed(ONE, NotAuthorisedError("no"))


@pytest.mark.parametrize(
    ("outcomes", "code", "complete"),
    [
        ([], ExitCode.DONE, True),
        ([Done(ONE), Done(OTHER, found=True)], ExitCode.DONE, True),
        ([Done(ONE), Failed(OTHER, AzureError("no"))], ExitCode.PARTLY_DONE, False),
        ([Done(ONE), Failed(OTHER, NotAuthorisedError("no"))], ExitCode.PARTLY_DONE, False),
        ([Done(ONE), Skipped(OTHER)], ExitCode.PARTLY_DONE, False),
        ([REFUSED, Skipped(OTHER, ONE)], ExitCode.FAILED, False),
        ([FORBIDDEN, Skipped(OTHER, ONE)], ExitCode.NOT_AUTHORISED, False),
        ([FORBIDDEN, Failed(OTHER, NotAuthorisedError("no"))], ExitCode.NOT_AUTHORISED, False),
        ([FORBIDDEN, Failed(OTHER, AzureError("no"))], ExitCode.FAILED, False),
        ([Failed(ONE, AcrIdentityError("a fault"))], ExitCode.FAILED, False),
        ([Skipped(ONE), Skipped(OTHER)], ExitCode.FAILED, False),
    ],
)
def test_the_exit_code_tells_how_far_the_work_went(outcomes: list[Outcome], code: ExitCode, *, complete: bool) -> None:
    report = Report(tuple(outcomes))
    assert (report.exit_code, report.is_complete) == (code, complete)
    assert Report(tuple(outcomes), interrupted=True).exit_code is ExitCode.INTERRUPTED


def test_failures_are_the_changes_that_were_refused() -> None:
    assert Report((Done(OTHER), REFUSED, Skipped(OTHER, ONE), FORBIDDEN)).failures == (REFUSED, FORBIDDEN)
    assert Report((Done(OTHER),)).failures == ()
