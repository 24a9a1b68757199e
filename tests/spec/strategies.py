"""Specs for property tests: all that a valid spec can hold."""

import string
from typing import TypeVar

from hypothesis import strategies as st

from acr_identity.ids import CLOUDS
from acr_identity.spec import (
    Agent,
    BaseImage,
    Credential,
    DockerBuild,
    FromEnvironment,
    FromIdentity,
    FromVault,
    GitTaskFile,
    Identity,
    Platform,
    Registry,
    RegistryAccess,
    RoleAccess,
    SourceTrigger,
    Spec,
    Target,
    Task,
    Timer,
    Triggers,
    Vault,
    VaultAccess,
)
from acr_identity.spec.triggers import Event
from spec.samples import GROUP, SUBSCRIPTION

TargetT = TypeVar("TargetT", bound=Target)

REGISTRIES = ("homeregistry", "base1", "base2")
VAULTS = ("kv1", "kv2")
IDENTITIES = ("one", "two")

texts = st.text(max_size=20)
usable_texts = texts.filter(lambda text: text.strip() != "")
names = st.text(string.ascii_letters + string.digits + "-_", min_size=5, max_size=12)
environment = st.builds(FromEnvironment, env=st.sampled_from(["A", "DOCKER_PASSWORD", "_t0"]))
vault_secrets = st.builds(
    FromVault,
    vault=st.sampled_from(VAULTS),
    secret=st.sampled_from(["Password", "0", "user-name"]),
    version=st.none() | st.just("0123456789abcdef0123456789abcdef"),
)
secrets = environment | vault_secrets
values = st.dictionaries(usable_texts, texts | environment, max_size=3)
tags = st.dictionaries(st.sampled_from(["team", "no", "1", "über"]), texts, max_size=2)
schedules = st.sampled_from(["0 21 * * *", "*/5 0-3 1,15 JAN-MAR SUN"])
images = st.sampled_from(["hello:1", "a/b:{{.Run.ID}}", "$Registry/c"])
addresses = st.sampled_from(["https://github.com/a/b.git#main:c", "https://dev.azure.com/a/b/_git/c"])


def _targets(kind: type[TargetT], name: str) -> st.SearchStrategy[TargetT]:
    whole = st.fixed_dictionaries({"id": st.just(f"{GROUP}/providers/{kind.provider}/{kind.kind}/{name}")})
    parts = st.fixed_dictionaries(
        {}, optional={"resource_group": st.just("Other.Group"), "subscription": st.just(SUBSCRIPTION)}
    )
    return st.one_of(whole, parts).map(kind.model_validate)


switches = st.none() | st.booleans()


@st.composite
def triggers(draw: st.DrawFn) -> Triggers:
    """Return triggers whose names differ."""
    timers = [Timer(schedule=schedule) for schedule in draw(st.lists(schedules, max_size=3))]
    named = draw(st.lists(st.sampled_from(["night", "1", "no"]), unique=True, max_size=2))
    events: list[Event] = draw(st.sampled_from([["commit"], ["pullrequest", "commit"]]))
    source = SourceTrigger(repository=draw(addresses), events=events, token=draw(environment), name=draw(names))
    return Triggers(
        timers=[*timers, *(Timer(schedule=draw(schedules), name=name, enabled=draw(switches)) for name in named)],
        base_image=draw(st.none() | st.builds(BaseImage, type=st.sampled_from(["runtime", "all"]), enabled=switches)),
        sources=(source,) if draw(st.booleans()) else (),
    )


@st.composite
def steps(draw: st.DrawFn, users: tuple[str, ...]) -> dict[str, object]:
    """Return the one step of a task with these user-assigned identities, with values if it takes some."""
    clients = st.sampled_from(users).map(lambda user: {"c": FromIdentity(client_id_of=user)}) if users else st.just({})
    named = st.builds(lambda some, more: {**some, **more}, values, st.just({}) | clients)
    git = st.builds(GitTaskFile, context=addresses, file=usable_texts, token=st.none() | environment)
    docker = st.builds(
        DockerBuild,
        context=addresses,
        images=st.lists(st.sampled_from(["hello:1", "a/b:{{.Run.ID}}", "$Registry/c"]), min_size=1, max_size=2).map(
            tuple
        ),
        push=st.booleans(),
        cache=st.booleans(),
        arguments=named,
    )
    kind = draw(st.sampled_from(["command", "git", "docker"]))
    step: dict[str, object] = {kind: draw({"command": usable_texts, "git": git, "docker": docker}[kind])}
    return step if kind == "docker" else {**step, "values": draw(named)}


@st.composite
def registry_rights(draw: st.DrawFn, registries: list[str], whom: st.SearchStrategy[str | None]) -> dict[str, object]:
    """Return what a task may do in these registries, in each as one identity."""
    users = {registry: draw(whom) for registry in registries}
    repositories = st.lists(st.sampled_from(["base", "team/*", "team/app"]), unique=True).map(tuple)
    return {
        key: [
            RegistryAccess(registry=registry, identity=user, repositories=draw(repositories))
            for registry, user in users.items()
            if draw(st.booleans())
        ]
        for key in ("pull", "push", "delete", "list")
    }


@st.composite
def vault_accesses(draw: st.DrawFn, identities: tuple[str, ...]) -> VaultAccess | tuple[VaultAccess, ...]:
    """Return secrets of one vault, which one identity reads or each of several."""
    secret_names = st.lists(st.sampled_from(["UserName", "Password", "no"]), min_size=1, max_size=2).map(tuple)
    users = draw(st.lists(st.sampled_from(identities), unique=True))
    if len(users) > 1:
        return tuple(VaultAccess(names=draw(secret_names), identity=user) for user in users)
    return VaultAccess(names=draw(secret_names), identity=users[0] if users else None)


def roles(whom: st.SearchStrategy[str | None]) -> st.SearchStrategy[RoleAccess]:
    """Return any role anywhere."""
    named = ["Reader", "Purger of images", "acdd72a7-3385-48ef-bd42-f606fba81ae7"]
    scopes = [
        REGISTRIES[1],
        VAULTS[0],
        IDENTITIES[0],
        "resource_group",
        "subscription",
        GROUP,
        f"/subscriptions/{SUBSCRIPTION}",
    ]
    return st.builds(
        RoleAccess,
        role=st.sampled_from(named),
        scope=st.sampled_from(scopes),
        identity=whom,
        condition=st.none() | usable_texts,
        own=st.booleans(),
    )


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Return a task that keeps the rules; who reads or pulls is said in every second place."""
    identity = draw(st.sampled_from([("system",), ("one",), ("system", "two"), ("two", "system", "one")]))
    whom = st.none() | st.sampled_from(identity)
    pulled = draw(st.lists(st.sampled_from(REGISTRIES[1:]), unique=True))
    accessed = draw(st.lists(st.sampled_from(VAULTS), unique=True))
    login = st.builds(Credential, user_name=secrets, password=secrets, identity=whom)
    return Task.model_validate(
        {
            "registry": REGISTRIES[0],
            "identity": identity,
            **draw(steps(tuple(one for one in identity if one != "system"))),
            **draw(registry_rights(pulled, whom)),
            "roles": draw(st.lists(roles(whom), max_size=2, unique_by=lambda role: (role.role, role.scope))),
            "source_identity": draw(st.none() | st.just("none") | st.sampled_from(identity)),
            "secrets": {vault: draw(vault_accesses(identity)) for vault in accessed},
            "credentials": draw(st.dictionaries(st.sampled_from(["docker.io", "a.b:5000"]), login, max_size=2)),
            "source_login": draw(st.sampled_from([None, "default", "none"])),
            "triggers": draw(st.none() | triggers()),
            "agent": draw(st.none() | st.builds(Agent, cpu=st.none() | st.just(2), pool=st.none() | st.just("mypool"))),
            "platform": draw(st.none() | st.builds(Platform, os=st.just("Windows"), architecture=st.just("386"))),
            "timeout": draw(st.none() | st.integers(300, 28800)),
            "enabled": draw(st.booleans()),
            "log_template": draw(st.none() | usable_texts),
            "tags": draw(tags),
        }
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Return a spec that keeps the rules."""
    return Spec(
        subscription=SUBSCRIPTION,
        resource_group="myResourceGroup",
        location=draw(st.none() | st.just("eastus")),
        cloud=draw(st.none() | st.sampled_from(sorted(CLOUDS))),
        registries={
            **{name: Registry() for name in REGISTRIES},
            "label": draw(_targets(Registry, "theirs1")),
        },
        vaults={**{name: Vault() for name in VAULTS}, "label": draw(_targets(Vault, "theirs"))},
        identities={
            **{name: Identity(location=draw(st.none() | st.just("westus")), tags=draw(tags)) for name in IDENTITIES},
            "label": draw(_targets(Identity, "theirs")),
        },
        tasks={name.lower(): draw(tasks()) for name in draw(st.lists(names, max_size=3))},
    )
