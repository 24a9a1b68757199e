"""Whoever stops a plan is not kept waiting for reads that nobody needs any more."""

from __future__ import annotations

import threading

import pytest

from acr_identity.observe import observe
from execute.scripted import ScriptedGateway
from plan.worlds import spec_of, task_of


def test_ctrl_c_waits_for_no_read_that_is_under_way() -> None:
    begun, let_go = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert let_go.wait(30)

    def press() -> None:
        assert begun.wait(30)
        raise KeyboardInterrupt

    gateway = ScriptedGateway({"registries": slow, "registry": slow, "task": press})
    try:
        with pytest.raises(KeyboardInterrupt):
            observe(gateway, spec_of(task_of()))
        assert begun.is_set(), "a read is still under way"
    finally:
        let_go.set()
