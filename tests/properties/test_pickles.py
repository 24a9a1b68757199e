"""No secret in any pickle: values leave them out, or refuse to be pickled and say what to do instead."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import os
import pickle
import pkgutil
import re
from collections.abc import Iterator
from typing import TypeVar
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

import acr_identity
from acr_identity import errors
from acr_identity.changes import Change, FieldChange, RegistryCredential, UpdateTask
from acr_identity.errors import (
    AcrIdentityError,
    ConflictError,
    InterruptedWorkError,
    MissingResourceError,
    NotAuthorisedError,
    RunError,
    SettingsError,
    SpecError,
    StalePlanError,
    TaskMissingError,
    TooManyRemovalsError,
    UnreachableError,
    UnsafePlanError,
)
from acr_identity.provisioner import Provisioner
from acr_identity.render import (
    plan_json,
    report_html,
    report_json,
    report_markdown,
    report_text,
    task_html,
    task_json,
    task_markdown,
    task_text,
)
from acr_identity.secrecy import LEFT_OUT, WithSecrets
from acr_identity.spec import FromEnvironment, Spec, load_spec
from acr_identity.state import EncodedStep, FileStep, Value
from flows.flows import CROSS_USER
from properties.test_secrets import MARKERS, workplace
from render import samples

ValueT = TypeVar("ValueT")

each_protocol = pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))


def again(value: ValueT, protocol: int = pickle.DEFAULT_PROTOCOL) -> ValueT:
    """Return what another process gets of a value."""
    other: ValueT = pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - it is ours
    return other


# What is left out


@settings(max_examples=3)
@given(markers=MARKERS)
def test_no_pickle_of_what_a_user_holds_has_a_secret(markers: list[str]) -> None:
    with workplace(markers), Provisioner.emulated("world.yaml") as provisioner:
        spec = load_spec("spec.yaml").with_environment(os.environ)
        first = provisioner.plan(spec)
        report = provisioner.apply(first)
        second = provisioner.plan(spec.model_copy(update={"tasks": {"hello": spec.tasks["clone"]}}))
        run = provisioner.run("hello", {"Given": SecretStr(markers[-1])})
        held = [spec, *first.steps, *second.steps, report, tuple(run), run.wait(), run.view]
        held += [provisioner.show("hello"), provisioner.show("clone")]
    assert len(first.steps) > 3
    assert len(second.steps) > 0
    pickles = [pickle.dumps(value) for value in held]
    assert [marker for marker in markers for data in pickles if marker.encode() in data] == []


@each_protocol
def test_a_pickle_of_values_with_secrets_has_none_in_any_protocol(protocol: int) -> None:
    values = (samples.task(), samples.report(), samples.credentials(), samples.settings(), *changes())
    assert [value for value in values if samples.SECRET.encode() in pickle.dumps(value, protocol)] == []


def changes() -> Iterator[Change]:
    for change in samples.changes():
        # The text of a task file is no secret: whoever may read the task may read it.
        if not (isinstance(change, UpdateTask) and isinstance(change.settings.step, EncodedStep)):
            yield change


@each_protocol
def test_what_was_pickled_shows_itself_as_before(protocol: int) -> None:
    report, task = samples.report(), samples.task()
    for show_report in (report_text, report_html, report_json, report_markdown):
        assert show_report(again(report, protocol)) == show_report(report)
    for show_task in (task_text, task_html, task_json, task_markdown):
        assert show_task(again(task, protocol)) == show_task(task)


@given(st.text("abcd0123456789", min_size=8))
def test_a_login_in_an_address_is_left_out(login: str) -> None:
    address = f"https://{login}:{login}@example.com/app.git"
    values = (
        FileStep("acb.yaml", address),
        FieldChange("context", address, f"{address}?sig={login}"),
        Value("A", address),
    )
    assert login.encode() not in pickle.dumps(values)


def test_a_spec_from_a_pickle_names_the_variables_and_reads_them_where_it_is() -> None:
    with workplace(["Marker"] * 6), Provisioner.emulated("world.yaml") as provisioner:
        spec = load_spec("spec.yaml")
        other = again(spec.with_environment(os.environ))
        assert other == spec
        with pytest.raises(SpecError, match="The environment variable MARKER_VALUE was not read"):
            _ = again(FromEnvironment(env="MARKER_VALUE").filled(os.environ)).value
        assert provisioner.plan(other) == provisioner.plan(spec)
        with patch.dict(os.environ, {"MARKER_TOKEN": ""}):
            assert [problem.place for problem in provisioner.plan(other).unset] == [
                "spec.yaml:23:14",
                "spec.yaml:26:87",
            ]


def test_what_was_left_out_cannot_be_used() -> None:
    credential = again(RegistryCredential("docker.io", None, SecretStr("user"), SecretStr("password")))
    assert (credential.user_name, credential.password) == (LEFT_OUT, LEFT_OUT)
    assert (again(credential), str(LEFT_OUT)) == (credential, str(SecretStr("any")))
    assert LEFT_OUT not in {SecretStr("user"), SecretStr("(secret)")}
    assert SecretStr("(secret)") != LEFT_OUT
    with pytest.raises(AcrIdentityError, match="this secret was left out when its value was pickled"):
        LEFT_OUT.get_secret_value()


# What is kept within the process


def test_copies_in_the_process_keep_the_secrets() -> None:
    task, report, plan = samples.task(), samples.report(), samples.plan()
    secret = FromEnvironment(env="TOKEN").filled({"TOKEN": "value"})
    for make in (copy.copy, copy.deepcopy):
        assert make(task) == task
        assert make(plan) == plan
        assert make(secret).value == SecretStr("value")
        assert report_json(make(report)) == report_json(report)
        assert make([LEFT_OUT]) == [LEFT_OUT]


# What refuses


@each_protocol
def test_what_cannot_be_sent_says_what_to_send_instead(protocol: int) -> None:
    with Provisioner.emulated(CROSS_USER.world) as provisioner:
        plan = provisioner.plan(CROSS_USER.spec)
        provisioner.apply(plan)
        run = provisioner.run("helloworldtask")
        for value, instead in (
            (plan, "send the spec, plan there, and compare `digest`"),
            (samples.plan(), "send the spec, plan there, and compare `digest`"),
            (run, "send its task's id and `run_id`, and use `attach` there"),
            (provisioner, "send the spec, and make a provisioner there"),
        ):
            with pytest.raises(TypeError, match=f"^an? [a-z]+ is not pickled, for .*: {instead}"):
                pickle.dumps([value], protocol)
    assert plan_json(copy.deepcopy(plan)) == plan_json(plan)


# Errors


ERRORS = (
    AcrIdentityError("it is wrong", advice="Mend it."),
    samples.spec_error(),
    SettingsError("no such file"),
    UnsafePlanError(["one reason", "and another"], advice="Look at it."),
    TooManyRemovalsError(["delete task a", "delete task b"], owned=3, allowed=1),
    StalePlanError(["new: create task hello"], advice="Look at it anew."),
    MissingResourceError(["/one", "/two"]),
    TaskMissingError("hello", "it is not there"),
    RunError("cf1", "Failed", "unauthorized"),
    InterruptedWorkError("interrupted"),
    samples.azure_error(),
    NotAuthorisedError("no", status=403, code="AuthorizationFailed", request_id="7", advice="Ask."),
    ConflictError("no", operation="create task", resource="/task"),
    UnreachableError("no answer"),
)


def test_each_kind_of_error_is_looked_at() -> None:
    kinds = {kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, AcrIdentityError)}
    assert {type(error) for error in ERRORS} == kinds


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@each_protocol
def test_an_error_from_a_pickle_is_the_same_without_its_cause(error: AcrIdentityError, protocol: int) -> None:
    error.__cause__ = RuntimeError("a request with its token")
    for other in (again(error, protocol), copy.copy(error), copy.deepcopy(error)):
        assert (type(other), str(other), other.args, vars(other)) == (type(error), str(error), error.args, vars(error))
        assert (other.__cause__, other.__context__) == (None, None)


# Whatever comes later


def modules() -> frozenset[str]:
    """Return the names of all modules but the emulator's, whose secrets are made up."""
    others = ("acr_identity.emulator", "acr_identity.testing", "acr_identity.__main__")
    names = {found.name for found in pkgutil.walk_packages(acr_identity.__path__, "acr_identity.")}
    return frozenset(name for name in names if not name.startswith(others))


SECRET_TYPE = re.compile(r"\bSecret(Str)?\b")


def test_every_value_that_can_hold_a_secret_is_one_that_leaves_it_out() -> None:
    own = modules()
    members = (member for name in own for member in vars(importlib.import_module(name)).values())
    kinds = {kind for kind in members if inspect.isclass(kind) and kind.__module__ in own}
    values = {kind for kind in kinds if dataclasses.is_dataclass(kind)}
    holding = {kind for kind in values if any(SECRET_TYPE.search(str(each.type)) for each in dataclasses.fields(kind))}
    assert {kind for kind in holding if not issubclass(kind, WithSecrets)} == set()
    assert {Value, FileStep, RegistryCredential} < holding
    models = {kind for kind in kinds if issubclass(kind, BaseModel)}
    assert {kind for kind in models if "SecretStr" in str(kind.model_fields)} == set()
    assert {kind for kind in models if kind.__private_attributes__} == {FromEnvironment, Spec}, "look at their pickles"
