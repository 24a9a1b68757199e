"""A local Resource Manager that issues its own tokens, over HTTPS: the emulator behind a server on the loopback."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from acr_identity.emulator import Emulator, Hosts, Request, Settings, World
from sdk.tls import write_certificate

TOKEN = "a-token-that-the-server-knows"
TENANT = "22222222-2222-2222-2222-222222222222"


@contextmanager
def serve(folder: Path, world: Path) -> Iterator[str]:
    """Run it; yield its host and port. Its certificate is in `server.pem` of the folder."""
    chain = write_certificate(folder)
    emulator = Emulator(World.load(world), settings=Settings(hosts=Hosts(arm="127.0.0.1")))
    owner = emulator.token()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            address = f"https://{self.headers['Host']}"
            if self.path.startswith(f"/{TENANT}/"):
                content = json.dumps(_sign_in(address, self.path)).encode()
                self._send(200, (("Content-Type", "application/json"),), content)
                return
            headers = dict(self.headers)
            if headers.get("Authorization") == f"Bearer {TOKEN}":
                headers["Authorization"] = f"Bearer {owner}"
            reply = emulator.handle(Request.to(self.command, f"{address}{self.path}", headers, body))
            self._send(reply.status, reply.headers, reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names are those of http.server

        def _send(self, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is http.server's
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that does not trust us."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _sign_in(address: str, path: str) -> dict[str, str | int]:
    if path.endswith("/token"):
        return {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN}
    base = f"{address}/{TENANT}"
    return {
        "issuer": f"{base}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
    }
