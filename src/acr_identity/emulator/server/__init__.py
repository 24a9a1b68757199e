"""The emulator on the network: HTTPS on the loopback, and a proxy for programs that know Azure's own host names only.

Both ways lead to the same `Emulator.handle` that the in-process adapter calls. Nothing here knows what a request means.
Importing `acr_identity.emulator` does not import this package. To serve takes the extra `acr-identity[emulator]`; to
ask a server that runs does not.

Example:
    with served(Emulator(), Places.beside(Path("emulator.json"))) as endpoint:
        requests.get(f"{endpoint.url}/metadata/endpoints", verify=endpoint.ca_bundle)
"""

from acr_identity.emulator.server.endpoint import Endpoint, Listen
from acr_identity.emulator.server.places import Places
from acr_identity.emulator.server.server_error import ServerError
from acr_identity.emulator.server.server_thread import served

__all__ = ["Endpoint", "Listen", "Places", "ServerError", "served"]
