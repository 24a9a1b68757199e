"""How registries are named."""

from __future__ import annotations

NAME = r"[a-zA-Z0-9]{5,50}"
"""What the name of a registry must match. Source: swagger of 2025-03-01-preview."""
