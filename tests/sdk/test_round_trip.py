from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from acr_identity.changes import CreateTask
from acr_identity.ids import PUBLIC_CLOUD
from acr_identity.sdk import connect
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    PlatformSettings,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
    Value,
)
from sdk.places import TASK
from sdk.wire import Answer, Credential, Wire

WORDS = st.text(min_size=1, max_size=12)
SECRETS = st.builds(SecretStr, WORDS)
VALUES = st.lists(st.builds(Value, WORDS, WORDS | SECRETS), max_size=3).map(tuple)
STEPS = st.one_of(
    st.builds(EncodedStep, st.text(), VALUES),
    st.builds(FileStep, WORDS, WORDS, st.none() | WORDS, st.none() | SECRETS, VALUES),
    st.builds(
        DockerStep,
        WORDS,
        WORDS,
        images=st.lists(WORDS, max_size=2).map(tuple),
        push=st.none() | st.booleans(),
        cache=st.none() | st.booleans(),
        target=st.none() | WORDS,
        token=st.none() | SECRETS,
        arguments=VALUES,
    ),
)
SETTINGS = st.builds(
    TaskSettings,
    step=STEPS,
    platform=st.builds(
        PlatformSettings,
        st.sampled_from(["Linux", "linux", "Windows", "BeOS"]),
        st.none() | st.sampled_from(["amd64", "AMD64", "arm"]),
        st.none() | st.sampled_from(["v6", "v8"]),
    ),
    cpu=st.none() | st.integers(1, 8),
    pool=st.none() | WORDS,
    timeout=st.none() | st.integers(300, 28800),
    log_template=st.none() | WORDS,
    timers=st.lists(st.builds(TimerTrigger, WORDS, WORDS, st.booleans()), max_size=2).map(tuple),
    base_image=st.none() | st.builds(BaseImageTrigger, WORDS, st.sampled_from(["Runtime", "All"]), st.booleans()),
    sources=st.lists(
        st.builds(
            SourceTriggerSettings,
            name=WORDS,
            repository=WORDS,
            branch=st.none() | WORDS,
            events=st.lists(st.sampled_from(["commit", "pullrequest"]), min_size=1, max_size=2).map(tuple),
            control=st.sampled_from(["Github", "VisualStudioTeamService"]),
            token=st.none() | SECRETS,
            enabled=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    source_login=st.sampled_from(["Default", "None", None]),
    enabled=st.none() | st.booleans(),
)


@given(given_settings=SETTINGS)
def test_what_is_written_is_read_back(given_settings: TaskSettings) -> None:
    change = CreateTask(
        id=TASK,
        location="eastus",
        settings=given_settings,
        system=False,
        users=(),
        credentials=(),
        tags=(),
        reason="why",
    )
    echo = Wire(lambda sent: Answer(sent.body))
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=echo) as gateway:
        live = gateway.create_task(change, {})

    assert live.settings == given_settings
