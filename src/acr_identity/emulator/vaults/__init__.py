"""Microsoft.KeyVault: vaults, their access policies, and their secrets by both ways."""
