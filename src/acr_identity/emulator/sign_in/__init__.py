"""Microsoft Entra ID: discovery, tokens for service principals, and the check of tokens at every service."""
