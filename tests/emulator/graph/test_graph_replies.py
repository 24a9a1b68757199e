from __future__ import annotations

import pytest

from acr_identity.emulator import Request
from emulator.clouds import Cloud

GRAPH = "https://graph.microsoft.com/v1.0"


@pytest.mark.parametrize("path", ["users", "me", "servicePrincipals"])
def test_graph_tells_how_much_metadata_its_json_holds(cloud: Cloud, path: str) -> None:
    token = cloud.emulator.token(audience="https://graph.microsoft.com")
    reply = cloud.emulator.handle(Request.to("GET", f"{GRAPH}/{path}", {"Authorization": f"Bearer {token}"}, b""))
    kind = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    assert (reply.status, reply.header("Content-Type"), reply.header("OData-Version")) == (200, kind, "4.0")
