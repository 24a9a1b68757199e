"""The kinds of findings, each with its code."""

from __future__ import annotations

from enum import Enum


class Code(Enum):
    """What a run will refuse, or take for something else than was meant."""

    NOT_YAML = "ACR101"
    WRONG_KIND = "ACR102"
    UNKNOWN_VERSION = "ACR103"
    UNKNOWN_KEY = "ACR104"
    STEP_WITHOUT_WORK = "ACR105"
    WHEN_OF_LATER_STEP = "ACR106"
    TEMPLATE = "ACR107"
    ALIAS = "ACR108"
    STEP_ID = "ACR109"
    SECRET = "ACR110"  # noqa: S105 - a code
    SECRET_WITHOUT_CLIENT_ID = "ACR111"  # noqa: S105 - a code
    WRONG_VALUE = "ACR112"
    LOGIN_UNSEEN_BY_BUILDKIT = "ACR113"
    LONG_LINE = "ACR114"
    WORDS_OF_THE_SHELL = "ACR115"
    MOUNT = "ACR116"
    NO_STEPS = "ACR117"
    IMAGE = "ACR118"

    PLATFORM_IN_FROM = "ACR201"
    DEFAULT_IN_FROM = "ACR202"
    PATH_WITH_SPACE = "ACR203"
    NO_FROM = "ACR204"
    FROM_NOT_UNDERSTOOD = "ACR205"
    NEEDS_BUILDKIT = "ACR206"

    PULL_NOT_GIVEN = "ACR301"
    PUSH_NOT_GIVEN = "ACR302"
    DELETE_NOT_GIVEN = "ACR303"
    SECRET_NOT_GIVEN = "ACR304"  # noqa: S105 - a code
    NOT_NEEDED = "ACR305"
    OLD_HOST = "ACR306"

    @property
    def is_refused(self) -> bool:
        """Say whether a run ends because of it, whatever else is true.

        Otherwise it goes on and does not what was meant; or it ends if nobody else has given what the spec does not.
        """
        return self not in _MISREAD


_MISREAD = frozenset({
    Code.UNKNOWN_KEY, Code.LOGIN_UNSEEN_BY_BUILDKIT, Code.LONG_LINE, Code.WORDS_OF_THE_SHELL, Code.NO_STEPS,
    Code.DEFAULT_IN_FROM, Code.PULL_NOT_GIVEN, Code.PUSH_NOT_GIVEN, Code.DELETE_NOT_GIVEN, Code.SECRET_NOT_GIVEN,
    Code.NOT_NEEDED, Code.OLD_HOST,
})  # fmt: skip
