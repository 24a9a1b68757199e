"""`python -m acr_identity` is the command line."""

from acr_identity.cli import program

if __name__ == "__main__":
    program()
