"""What a server tells those who control it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Status(_Message):
    """A server that runs."""

    pid: int
    url: str
    proxy: str
    state: Path
    started: str
    """When it was ready, in UTC, as ISO 8601 has it."""
    requests: int
    """How many requests it has answered since its start or its last reset."""


class Account(_Message):
    """Who a program signs in as: a service principal of the emulator. Id and secret are empty where there is none."""

    tenant: str
    subscription: str
    client_id: str
    client_secret: str = Field(repr=False)


class Answered(_Message):
    """A request that was answered; `seconds` is how long that took, `status` is 0 when the connection was cut."""

    method: str
    host: str
    path: str
    api_version: str
    status: int
    route: str
    seconds: float


class RequestLog(_Message):
    """The requests in the order of their answers."""

    requests: tuple[Answered, ...]
