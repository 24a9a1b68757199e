"""Microsoft Graph, as far as the Azure CLI asks it while it makes role assignments and vaults."""
