"""An Azure Resource Manager of our own, in one process."""
