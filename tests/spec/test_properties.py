"""What holds for every spec and every text."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.errors import SpecError
from acr_identity.spec import Spec, TaskFile, dump_spec, parse_spec
from acr_identity.spec.base import Tree
from spec.samples import HEAD
from spec.strategies import specs

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
_KEYS = st.sampled_from([*Spec.model_fields, "registry", "identity", "pull", "secrets", "values", "env", "id", "x"])
_TREES = st.recursive(
    _SCALARS | st.sampled_from(["system", "hello", "one"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)
_PIECES = st.sampled_from(
    [*" \n\t:-[]{},&*!|>'\"%@`#?\x00\ufeff\x85", "tasks", "\n  ", "\n- ", ": ", "!!python/x", "---", "...", "<<", "~"]
)


@given(specs())
def test_a_dumped_spec_is_read_as_the_same_spec(spec: Spec) -> None:
    text = dump_spec(spec)
    read = parse_spec(text)
    assert (read, dump_spec(read)) == (spec, text)


@given(specs(), st.randoms(use_true_random=False))
def test_the_order_of_the_keys_does_not_matter(spec: Spec, order: random.Random) -> None:
    assert parse_spec(yaml.safe_dump(_shuffled(spec.to_tree(), order), sort_keys=False)) == spec


@given(specs())
def test_a_spec_that_pydantic_dumped_is_validated_as_the_same_spec(spec: Spec) -> None:
    assert Spec.model_validate(spec.model_dump()) == spec


@given(specs())
def test_all_tasks_of_a_spec_keep_the_rules_without_what_is_unused(spec: Spec) -> None:
    part = spec.only(spec.tasks)
    assert parse_spec(dump_spec(part)) == part


@given(specs())
def test_every_value_of_a_spec_has_a_place(spec: Spec) -> None:
    read = parse_spec(dump_spec(spec), name="spec.yaml")
    places = {read.place("tasks", name) for name in read.tasks}
    assert len(places) == len(read.tasks)
    assert all(place.startswith("spec.yaml:") for place in places)


@given(st.text() | st.lists(_PIECES, max_size=30).map("".join))
def test_any_text_is_a_spec_or_a_list_of_mistakes_with_places(text: str) -> None:
    _check_places(text)


@given(_TREES)
def test_any_data_is_a_spec_or_a_list_of_mistakes_with_places(tree: Tree) -> None:
    _check_places(yaml.safe_dump(tree))


@given(specs(), st.data())
def test_any_change_of_a_spec_is_a_spec_or_a_list_of_mistakes_with_places(spec: Spec, data: st.DataObject) -> None:
    text = dump_spec(spec)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    _check_places(text[:start] + data.draw(_PIECES | st.just("")) + text[end:])


def _read(text: str) -> Spec | SpecError:
    try:
        return parse_spec(text)
    except SpecError as error:
        return error


def _check_places(text: str) -> None:
    read = _read(text)
    if isinstance(read, SpecError):
        assert read.problems
        assert [problem for problem in read.problems if problem.line < 1 or problem.column < 1] == []
        assert "\n" not in "".join(map(str, read.problems))


def _shuffled(tree: Tree, order: random.Random) -> Tree:
    match tree:
        case Mapping():
            keys = list(tree)
            order.shuffle(keys)
            return {key: _shuffled(tree[key], order) for key in keys}
        case str():
            return tree
        case Sequence():
            return [_shuffled(entry, order) for entry in tree]
        case _:
            return tree


def test_a_spec_with_a_task_file_is_dumped_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text("version: v1.1.0\n")
    text = f"{HEAD}tasks: {{hello: {{registry: other, file: task.yaml}}}}"
    spec = parse_spec(text, folder=tmp_path)
    assert spec.tasks["hello"].file == TaskFile(path="task.yaml", content="version: v1.1.0\n")
    assert parse_spec(dump_spec(spec), folder=tmp_path) == spec


def test_a_simple_spec_is_dumped_in_its_short_form() -> None:
    text = """\
version: 1
subscription: 11111111-1111-1111-1111-111111111111
resource_group: myResourceGroup
registries:
  myregistry: {}
  mybaseregistry: {resource_group: base-images}
vaults:
  mykeyvault: {}
tasks:
  hello:
    registry: myregistry
    identity: system
    command: alpine
    pull: [mybaseregistry]
    secrets:
      mykeyvault: [UserName, Password]
    values: {PrivateRepo: hubuser/hubrepo}
    triggers:
      timers: [0 21 * * *]
      base_image: runtime
"""
    assert dump_spec(parse_spec(text)) == text


def test_specs_of_the_same_content_are_equal_wherever_they_stand() -> None:
    assert parse_spec("tasks: {}", name="a") == parse_spec("\n\ntasks: {}", name="b") == Spec(tasks={})


@pytest.mark.parametrize(
    "text", ["x: \ufeffa", "\ufefftasks: {}", "tasks: {}\x85cloud: a\u2028", "cloud: \U0001f600\ntasks: {}"]
)
def test_rare_characters_break_nothing(text: str) -> None:
    _check_places(text)
