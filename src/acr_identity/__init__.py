"""Managed identities for Azure Container Registry tasks, from one typed spec."""
