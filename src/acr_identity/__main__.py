"""`python -m acr_identity` is the command line."""

import sys

from acr_identity.cli import main

if __name__ == "__main__":
    sys.exit(main())
