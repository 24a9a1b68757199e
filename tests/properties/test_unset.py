"""A plan that is made without secrets tells what the one with them will change, or what it could not compare."""

from __future__ import annotations

import os
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.errors import SpecError
from acr_identity.provisioner import Provisioner
from acr_identity.render import plan_html, plan_json, plan_markdown, plan_text
from acr_identity.spec import Spec
from profiles import examples
from properties.anysecrets import ANYBODY, ENVIRONMENT, Hiding, Theirs, any_spec, any_theirs, put_theirs
from properties.test_hidden import told

many = examples(2)
hidings = st.sampled_from(ANYBODY)
theirs_or_ours = st.booleans().flatmap(lambda ours: any_theirs(ours=ours))


def whole(path: str) -> str:
    """Return the path that a change of this field has: that of a credential is changed as a whole."""
    return path.rpartition(".")[0] if path.startswith("credentials[") else path


@many
@given(theirs_or_ours, any_spec(), hidings, st.sampled_from(["", None]))
def test_what_will_change_is_told_or_said_to_be_not_compared(
    theirs: Theirs, spec: Spec, hiding: Hiding, value: str | None
) -> None:
    emulator = hiding.begin()
    put_theirs(emulator, theirs)
    caller = hiding.caller(emulator)
    with Provisioner.emulated(emulator, caller=caller) as provisioner, patch.dict(os.environ, ENVIRONMENT):
        known = provisioner.plan(spec)
        for variable in ENVIRONMENT:
            os.environ.pop(variable)
            if value is not None:
                os.environ[variable] = value
        plan = provisioner.plan(spec)
        not_compared = {one.field for one in plan.not_compared}
        assert told(plan) <= told(known) <= told(plan) | set(map(whole, not_compared))
        assert told(plan).isdisjoint(not_compared)
        shown = "".join(show(plan) for show in (plan_text, plan_html, plan_json, plan_markdown)) + repr(plan)
        assert [secret for secret in (*theirs.secrets.values(), *ENVIRONMENT.values()) if secret in shown] == []
        if plan.unset:
            before = emulator.requests
            with pytest.raises(SpecError):
                provisioner.apply(plan)
            assert emulator.requests == before
        else:
            assert plan == known
