"""The certificate authority: whom it speaks for, and who can use it."""

from __future__ import annotations

import socket
import ssl
import stat
from pathlib import Path

import pytest
import requests

from acr_identity.emulator import Emulator
from acr_identity.emulator.server import Endpoint, Places, ServerError, certificates, served
from acr_identity.emulator.server.authority import open_authority
from acr_identity.emulator.server.certificates import Certificates
from acr_identity.emulator.server.host_names import is_azure


def handshake(places: Places, signed_for: str, asked_for: str) -> None:
    """Let a client that trusts the authority meet a server with a certificate, in memory.

    Raises:
        ssl.SSLCertVerificationError: the client does not believe it.
    """
    leaf = places.folder / "leaf.pem"
    leaf.write_bytes(open_authority(places).sign((signed_for,)))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(leaf)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.create_default_context(cafile=places.authority)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    client = trusting.wrap_bio(to_client, to_server, server_hostname=asked_for)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.fixture
def made(places: Places) -> Places:
    places.make()
    open_authority(places)
    return places


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "::1",
        "localhost",
        "management.azure.com",
        "login.microsoftonline.com",
        "graph.microsoft.com",
        "mykeyvault.vault.azure.net",
        "logs.blob.core.windows.net",
        "myregistry.azurecr.io",
        "myregistry.azurecr.cn",
        "mykeyvault.vault.usgovcloudapi.net",
    ],
)
def test_it_speaks_for_azure_and_the_loopback(host: str, made: Places) -> None:
    handshake(made, host, host)


@pytest.mark.parametrize("host", ["example.org", "example.net", "azure.com", "microsoft.com", "notazurecr.io"])
def test_what_it_signs_for_another_name_is_not_believed(host: str, made: Places) -> None:
    assert not is_azure(host)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(made, host, host)


def test_a_certificate_is_for_one_host_only(made: Places) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(made, "one.vault.azure.net", "another.vault.azure.net")


def test_only_the_owner_can_read_the_files(emulator: Emulator, places: Places, session: requests.Session) -> None:
    with served(emulator, places) as endpoint:
        session.get("https://mykeyvault.vault.azure.net/", proxies={"https": endpoint.proxy})
    files = [path for path in places.folder.rglob("*") if path.is_file()]
    assert {"authority.key", "mykeyvault.vault.azure.net.pem", "loopback.pem"} <= {path.name for path in files}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(places.certificates.stat().st_mode) == 0o700


def test_a_key_that_others_could_read_is_taken_back(made: Places) -> None:
    made.authority_key.chmod(0o644)
    open_authority(made)
    assert stat.S_IMODE(made.authority_key.stat().st_mode) == 0o600


def test_git_leaves_the_files_alone(made: Places) -> None:
    assert (made.folder / ".gitignore").read_text() == "*\n"


def test_the_authority_stays_the_same_from_one_server_to_the_next(emulator: Emulator, places: Places) -> None:
    with served(emulator, places) as first:
        before = first.ca_bundle.read_bytes()
    with served(emulator, places) as second:
        assert second.ca_bundle.read_bytes() == before


def test_certificates_of_an_authority_that_is_gone_are_made_anew(emulator: Emulator, places: Places) -> None:
    with served(emulator, places):
        pass
    places.authority_key.unlink()
    with served(emulator, places) as endpoint:
        answer = requests.get(f"{endpoint.url}/v1.0/me", verify=str(endpoint.ca_bundle), timeout=10)
    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["authority.key", "authority.pem"])
def test_a_damaged_authority_is_named_with_its_remedy(name: str, made: Places) -> None:
    (made.folder / name).write_text("nonsense")
    with pytest.raises(ServerError, match="delete both") as caught:
        open_authority(made)
    assert "PRIVATE" not in str(caught.value)


def test_only_so_many_contexts_are_kept(made: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_REMEMBERED", 2)
    kept = Certificates(open_authority(made), made.certificates)
    first = kept.of("one.azurecr.io")
    assert kept.of("ONE.azurecr.io") is first
    kept.of("two.azurecr.io")
    kept.of("three.azurecr.io")
    assert kept.of("one.azurecr.io") is not first


def test_a_host_that_is_not_azures_gets_no_certificate(endpoint: Endpoint) -> None:
    context = ssl.create_default_context(cafile=endpoint.ca_bundle)
    with pytest.raises(ssl.SSLError) as caught, _connected(endpoint) as plain:
        context.wrap_socket(plain, server_hostname="example.org")
    assert not isinstance(caught.value, ssl.SSLCertVerificationError)


def test_the_direct_port_shows_the_certificate_of_an_azure_host_that_is_asked_for(endpoint: Endpoint) -> None:
    context = ssl.create_default_context(cafile=endpoint.ca_bundle)
    host = "management.azure.com"
    with _connected(endpoint) as plain, context.wrap_socket(plain, server_hostname=host) as secured:
        assert secured.getpeercert(binary_form=True) is not None


def _connected(endpoint: Endpoint) -> socket.socket:
    return socket.create_connection((endpoint.host, endpoint.port), timeout=10)


def test_the_folder_beside_a_state_in_such_a_folder_is_that_folder(tmp_path: Path) -> None:
    assert Places.beside(tmp_path / ".acr_identity" / "a.json").folder == tmp_path / ".acr_identity"


@pytest.mark.parametrize("state", ["emulator.json", ".acr_identity/emulator.json"])
def test_a_new_folder_can_be_entered_by_its_owner_only(state: str, tmp_path: Path) -> None:
    places = Places.beside(tmp_path / "new" / state)
    places.make()
    assert stat.S_IMODE(places.folder.stat().st_mode) == 0o700
