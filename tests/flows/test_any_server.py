"""Any server that speaks Azure Resource Manager will do: here one on the loopback, with an authority of its own."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from acr_identity.emulator import Emulator, Hosts, Request, Settings, World
from acr_identity.errors import NotAuthorisedError, UnreachableError
from acr_identity.provisioner import Provisioner, load_cloud
from acr_identity.spec import load_document
from flows.flows import CROSS_SYSTEM, CROSS_USER, Flow
from sdk.tls import write_certificate

HOSTS = Hosts(arm="127.0.0.1", registry_suffix=".registry.example", vault_suffix=".vault.example")


@dataclass(frozen=True)
class Token:
    token: str = field(repr=False)
    expires_on: int


@dataclass(frozen=True)
class Credential:
    """Anything with `get_token` will do."""

    token: str = field(repr=False)

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        del claims, tenant_id
        assert scopes == ("https://arm.example/.default",)
        return Token(self.token, int(time.time()) + 3600)


@contextmanager
def served(emulator: Emulator, certificate: Path) -> Iterator[str]:
    """Serve an emulator over HTTPS and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"https://{self.headers['Host']}{self.path}"
            reply = emulator.handle(Request.to(self.command, url, dict(self.headers.items()), body))
            self.send_response_only(reply.status)
            for name, value in reply.headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names are those of http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the same
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def cloud_file(folder: Path, address: str) -> Path:
    """Write a cloud file for a server at this address."""
    file = folder / "cloud.yaml"
    file.write_text(
        f"resource_manager: {address}\n"
        f"authority: {address}\n"
        "credential_scopes: [https://arm.example/.default]\n"
        "registry_suffix: registry.example\n"
        "vault_suffix: vault.example\n"
        "ca_bundle: server.pem\n"
    )
    return file


@pytest.fixture
def emulator() -> Emulator:
    world = load_document(CROSS_USER.world, World)
    return Emulator(world, settings=Settings(hosts=HOSTS))


@pytest.mark.parametrize("flow", [CROSS_USER, CROSS_SYSTEM], ids=str)
def test_a_spec_is_applied_and_taken_back(tmp_path: Path, emulator: Emulator, flow: Flow) -> None:
    with served(emulator, write_certificate(tmp_path)) as address:
        cloud = load_cloud(cloud_file(tmp_path, address))
        with Provisioner(Credential(emulator.token()), cloud) as provisioner:
            assert provisioner.apply(provisioner.plan(flow.spec)).is_complete
            assert provisioner.plan(flow.spec).is_empty
            assert list(provisioner.show(flow.task).task.logins) == ["mybaseregistry.registry.example"]
            assert provisioner.destroy(flow.spec).is_complete


def test_a_server_whose_authority_is_not_in_the_bundle_is_not_trusted(tmp_path: Path, emulator: Emulator) -> None:
    write_certificate(tmp_path)
    with served(emulator, write_certificate(tmp_path / "other")) as address:
        cloud = load_cloud(cloud_file(tmp_path, address))
        with Provisioner(Credential(emulator.token()), cloud) as provisioner, pytest.raises(UnreachableError):
            provisioner.plan(CROSS_USER.spec)
    assert emulator.requests == ()


def test_a_token_that_the_server_does_not_know_is_not_authorised(tmp_path: Path, emulator: Emulator) -> None:
    with served(emulator, write_certificate(tmp_path)) as address:
        cloud = load_cloud(cloud_file(tmp_path, address))
        with Provisioner(Credential("unknown"), cloud) as provisioner, pytest.raises(NotAuthorisedError):
            provisioner.plan(CROSS_USER.spec)
