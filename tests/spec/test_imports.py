"""The spec is checked without what is slow to import."""

import subprocess
import sys

_PROGRAM = """
import sys
from acr_identity.spec import parse_spec
parse_spec("tasks: {}")
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"azure", "msal", "requests", "rich", "aiohttp"}))
"""


def test_a_spec_is_checked_without_azure_msal_requests_and_rich() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("\n", "")
