"""The command line: thin, and the only place that prints.

Results go to standard output; progress, questions and errors to standard error. What a command ends with is an
`acr_identity.errors.ExitCode`. A module here is loaded only by the commands that need it, so that `--help` and
`validate` start at once.
"""

from acr_identity.cli.entry import main, program

__all__ = ["main", "program"]
