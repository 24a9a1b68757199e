"""The task file: its values, how it is read, and the rules that it must keep."""

from __future__ import annotations

from acr_identity.emulator.runner.taskfile.model import (
    Mount,
    Network,
    SecretEntry,
    TaskFile,
    TaskStep,
    Volume,
)
from acr_identity.emulator.runner.taskfile.prepare import DEFAULT_NETWORK, prepared
from acr_identity.emulator.runner.taskfile.reading import read_task_file
from acr_identity.emulator.runner.taskfile.validation import check_order

__all__ = [
    "DEFAULT_NETWORK",
    "Mount",
    "Network",
    "SecretEntry",
    "TaskFile",
    "TaskStep",
    "Volume",
    "check_order",
    "prepared",
    "read_task_file",
]
