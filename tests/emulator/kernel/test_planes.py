from __future__ import annotations

import pytest

from acr_identity.emulator import Hosts
from acr_identity.emulator.kernel.settings import CLOUDS, host_name

_SIGNED = (("sv", "1"), ("sig", "x"))


@pytest.mark.parametrize(
    ("path", "plane"),
    [
        ("/", "arm"),
        ("/subscriptions/a/resourceGroups/b", "arm"),
        ("/subscriptions/v2.0", "arm"),
        ("/providers/Microsoft.Authorization/roleDefinitions", "arm"),
        ("/tenants", "arm"),
        ("/unknown", "arm"),
        ("/metadata/endpoints", "metadata"),
        ("/tenant/oauth2/v2.0/token", "login"),
        ("/tenant/oauth2/token", "login"),
        ("/tenant/v2.0/.well-known/openid-configuration", "login"),
        ("/tenant/.well-known/openid-configuration", "login"),
        ("/tenant/discovery/v2.0/keys", "login"),
        ("/common/discovery/instance", "login"),
        ("/organizations/anything", "login"),
        ("/v1.0/me", "graph"),
        ("/beta/users", "graph"),
        ("/account/container/blob", "arm"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1:8443", "localhost", "[::1]:8443"])
def test_at_a_shared_address_the_path_tells_the_service(host: str, path: str, plane: str) -> None:
    assert Hosts().plane(host, path) == plane


@pytest.mark.parametrize(
    ("path", "plane"), [("/account/container/blob", "blob"), ("/subscriptions/a/b", "arm"), ("/account/blob", "arm")]
)
def test_a_signed_link_of_three_parts_is_a_blob(path: str, plane: str) -> None:
    assert Hosts().plane("127.0.0.1:8443", path, _SIGNED) == plane


def test_where_the_host_tells_the_service_the_path_does_not() -> None:
    hosts = Hosts()
    found = [hosts.plane(f"management.azure.com{port}", "/v1.0/me", _SIGNED) for port in ("", ":443")]
    assert (found, hosts.plane("graph.microsoft.com", "/metadata/endpoints")) == (["arm", "arm"], "graph")
    assert hosts.plane("management.azure.com", "/metadata/endpoints") == "metadata"


@pytest.mark.parametrize("name", sorted(CLOUDS))
def test_each_cloud_has_hosts_of_its_own(name: str) -> None:
    hosts = CLOUDS[name]
    asked = (hosts.arm, hosts.authority, *hosts.authority_aliases, hosts.graph, f"a{hosts.vault_suffix}")
    found = [hosts.plane(host) for host in (*asked, f"a{hosts.registry_suffix}", f"a{hosts.blob_suffix}")]
    logins = ["login"] * (1 + len(hosts.authority_aliases))
    assert found == ["arm", *logins, "graph", "vault", "registry", "blob"]
    others = [other for cloud, other in CLOUDS.items() if cloud != name]
    assert all(other.plane(host) is None for other in others for host in asked)


def test_a_host_has_a_name_without_its_port() -> None:
    assert [host_name(host) for host in ("A.b:1", "[::1]:2", "::1", "a")] == ["a.b", "::1", "", "a"]
