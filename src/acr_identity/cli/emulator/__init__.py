"""The commands of `emulator`: a local cloud that is served, for az and the Azure SDKs."""
