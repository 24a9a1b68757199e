"""What every service of the emulated cloud stands on: its values, its wire, and how a request finds what it names.

Nothing here knows a service. The state is one frozen value, so that a handler is a function from a `Call` to an answer.
"""
