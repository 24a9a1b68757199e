"""What Python is told of the parts of a spec, and of a world, is what they take."""

import inspect
from collections import UserList
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from acr_identity.emulator import world, world_inputs
from acr_identity.spec import Credential, FromEnvironment, Spec, Task, TaskFile, inputs
from acr_identity.spec.base import Model
from acr_identity.spec.signatures import shown
from docs.pages import EXAMPLES
from spec.samples import SUBSCRIPTION

INPUTS: dict[str, type] = {
    name: value
    for home in (inputs, world_inputs)
    for name, value in vars(home).items()
    if is_typeddict(value) and value.__module__ == home.__name__
}
HOMES = {**vars(inputs), **vars(world), "Spec": Spec}
MODELS: dict[str, type[BaseModel]] = {name: HOMES[name.removesuffix("Input")] for name in INPUTS}

every_input = pytest.mark.parametrize("name", INPUTS)


@cache
def hints(name: str) -> dict[str, object]:
    """Return the declared types by key."""
    return {key: get_type_hints(INPUTS[name])[key] for key in MODELS[name].model_fields}


def told(kind: object) -> str:
    """Return a declared type in the words of `shown`, with one word for a model and the mapping of its keys."""
    match get_origin(kind):
        case origin if origin in {Union, UnionType}:
            return " | ".join(dict.fromkeys(map(told, get_args(kind))))
        case origin if origin is Literal:
            return f"Literal[{', '.join(map(repr, get_args(kind)))}]"
        case origin if origin in {Sequence, Mapping}:
            return f"{origin.__name__}[{', '.join(map(told, get_args(kind)))}]"
        case _ if kind is NoneType:
            return "None"
        case _:
            assert isinstance(kind, type)
            return kind.__name__.removesuffix("Input")


def parts(kind: object) -> set[object]:
    """Return all types of which a declared type is made."""
    return {kind}.union(*(parts(each) for each in get_args(kind) if get_origin(kind) is not Literal))


def choices(text: str) -> set[str]:
    return set(text.split(" | "))


@every_input
def test_the_keys_are_the_fields_and_those_without_a_default_are_required(name: str) -> None:
    fields = MODELS[name].model_fields
    assert set(get_type_hints(INPUTS[name])) == set(fields)
    required = {key for key, field in fields.items() if field.is_required()}
    assert INPUTS[name].__required_keys__ == required  # type: ignore[attr-defined]  # all of them are typed mappings


@every_input
def test_a_declared_type_is_what_the_field_shows_and_its_schema_describes(name: str) -> None:
    declared = {key: told(kind).replace("str | SecretStr", "SecretStr") for key, kind in hints(name).items()}
    fields = MODELS[name].model_fields
    accepted = {key: shown(field.rebuild_annotation()) for key, field in fields.items()}
    assert {key: choices(text) for key, text in declared.items()} == {
        key: choices(text) for key, text in accepted.items()
    }


@every_input
def test_where_a_model_is_taken_so_is_a_mapping_of_its_keys(name: str) -> None:
    found = {part for kind in hints(name).values() for part in parts(kind)}
    models = {each.__name__ for each in found if isinstance(each, type) and issubclass(each, BaseModel)}
    mappings = {each.__name__ for each in found if is_typeddict(each) and isinstance(each, type)}
    assert {f"{each}Input" for each in models - {"TaskFile"}} == mappings


def test_every_part_of_a_spec_but_the_task_file_has_its_keys_declared() -> None:
    assert {each.__name__ for each in descendants(Model)} - {each.__name__ for each in MODELS.values()} == {
        "Target",
        "TaskFile",
    }


def descendants(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return the models of the package that derive from one."""
    children = [each for each in model.__subclasses__() if each.__module__.startswith("acr_identity.")]
    return {*children, *(each for child in children for each in descendants(child))}


_WORD = "helloworld"
_KEYS = {"silence": "ACR305"}
"""What the keys of a mapping are where they are no names."""
_ADDRESS = "https://github.com/Azure-Samples/acr-tasks.git#main"
_TEXTS = {
    "subscription": SUBSCRIPTION,
    "tenant": SUBSCRIPTION,
    "client_id": SUBSCRIPTION,
    "cloud": "AzureUSGovernment",
    "context": _ADDRESS,
    "repository": _ADDRESS,
    "version": "0123456789abcdef0123456789abcdef",
    "schedule": "0 21 * * *",
    "timers": "0 21 * * *",
    "role": "AcrPull",
    "images": "library/alpine:3",
    "file": str(EXAMPLES / "cross-registry" / "helloworldtask.yaml"),
    **{
        section: f"/subscriptions/{SUBSCRIPTION}/resourceGroups/base/providers/{kind}/{_WORD}"
        for section, kind in {
            "registries": "Microsoft.ContainerRegistry/registries",
            "vaults": "Microsoft.KeyVault/vaults",
            "identities": "Microsoft.ManagedIdentity/userAssignedIdentities",
        }.items()
    },
}
_WHOLE: dict[str, object] = {
    "TaskInput": {"registry": _WORD, "command": _WORD},
    "DockerBuildInput": {"context": _ADDRESS, "images": _WORD},
    "TriggersInput": {"timers": ["0 21 * * *"], "base_image": None},
    "WorldRoleInput": {"role": "AcrPull", "vault": _WORD},
    "WorldDenyAssignmentInput": {"actions": ["*/delete"], "exclude": ()},
}
"""Parts in which one key says what another may be."""


def samples(kind: object, key: str) -> st.SearchStrategy[object]:
    """Return values of a declared type; the texts are such as the key takes."""
    arguments = get_args(kind)
    match get_origin(kind):
        case origin if origin in {Union, UnionType}:
            return st.one_of([samples(each, key) for each in arguments])
        case origin if origin is Literal:
            return st.sampled_from(arguments)
        case origin if origin is Sequence:
            listed = st.lists(samples(arguments[0], key), min_size=1, max_size=2)
            return st.one_of(listed, listed.map(tuple), listed.map(UserList))
        case origin if origin is Mapping:
            entries = st.dictionaries(st.just(_KEYS.get(key, _WORD)), samples(arguments[1], key))
            return st.one_of(entries, entries.map(MappingProxyType))
        case _:
            assert isinstance(kind, type)
            return one(kind, key)


def one(kind: type, key: str) -> st.SearchStrategy[object]:
    """Return values of a type that is no combination of others."""
    if is_typeddict(kind):
        return mappings(kind.__name__)
    if issubclass(kind, BaseModel) and kind is not TaskFile:
        return mappings(f"{kind.__name__}Input").map(kind.model_validate)
    plain: dict[type, st.SearchStrategy[object]] = {
        NoneType: st.none(),
        bool: st.booleans(),
        int: st.just({"cpu": 2}.get(key, 300)),
        str: st.just(_TEXTS.get(key, _WORD)),
        SecretStr: st.just(SecretStr(_WORD)),
        TaskFile: st.just(TaskFile(path=_WORD, content=_WORD)),
    }
    return plain[kind]


@cache
def mappings(name: str) -> st.SearchStrategy[object]:
    """Return mappings of the keys of a model."""
    if name in _WHOLE:
        return st.just(_WHOLE[name])
    by_key = {key: st.none() if key == "id" else samples(kind, key) for key, kind in hints(name).items()}
    required = {key for key, field in MODELS[name].model_fields.items() if field.is_required()}
    optional = {key: strategy for key, strategy in by_key.items() if key not in required}
    return st.fixed_dictionaries({key: by_key[key] for key in required}, optional=optional)


FIELDS = [(name, key) for name, model in MODELS.items() for key in model.model_fields if key != "id"]


@pytest.mark.parametrize(("name", "key"), FIELDS)
@settings(max_examples=12)
@given(data=st.data())
def test_every_field_takes_what_its_type_admits(name: str, key: str, data: st.DataObject) -> None:
    field = MODELS[name].model_fields[key]
    TypeAdapter(field.rebuild_annotation()).validate_python(data.draw(samples(hints(name)[key], key)))


def test_a_signature_shows_names_types_and_defaults() -> None:
    expected = (
        "(*, registry: 'str', identity: 'str | Sequence[str]' = (), file: 'str | TaskFile | None' = None, "
        "command: 'str | None' = None, git: 'GitTaskFile | None' = None, docker: 'DockerBuild | None' = None, "
        "pull: 'str | Sequence[str | RegistryAccess]' = (), push: 'str | Sequence[str | RegistryAccess]' = (), "
        "delete: 'str | Sequence[str | RegistryAccess]' = (), list: 'str | Sequence[str | RegistryAccess]' = (), "
        "roles: 'Sequence[RoleAccess]' = (), "
        "secrets: 'Mapping[str, str | Sequence[str] | VaultAccess | Sequence[VaultAccess]]' = {}, "
        "credentials: 'Mapping[str, Credential]' = {}, source_login: \"Literal['default', 'none'] | None\" = None, "
        "source_identity: 'str | None' = None, "
        "values: 'Mapping[str, str | FromEnvironment | FromIdentity]' = {}, triggers: 'Triggers | None' = None, "
        "agent: 'Agent | None' = None, platform: 'Platform | None' = None, timeout: 'int | None' = None, "
        "enabled: 'bool | None' = None, log_template: 'str | None' = None, silence: 'Mapping[str, str]' = {}, "
        "tags: 'Mapping[str, str]' = {})"
    )

    class Unused(Task):
        pass

    before = str(inspect.signature(Unused))
    Unused(registry=_WORD, command=_WORD)  # pydantic completes the model, and gives it a signature of its own
    assert (before, str(inspect.signature(Unused)), str(inspect.signature(Task))) == (expected, expected, expected)


def test_a_part_of_a_spec_has_no_signature_to_call() -> None:
    assert not hasattr(FromEnvironment(env="A"), "__signature__")


def test_a_misspelt_key_and_a_secret_in_plain_text_are_told_by_type_checkers_and_when_the_part_is_made() -> None:
    # An ignored error that mypy no longer finds is an error to it.
    with pytest.raises(ValidationError):
        Task(registry=_WORD, comand=_WORD)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Task(registry=_WORD, command=_WORD, agent={"cpus": 2})  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Credential(user_name=_WORD, password={"env": "A"})  # type: ignore[arg-type]
