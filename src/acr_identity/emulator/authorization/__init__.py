"""Microsoft.Authorization: roles, role assignments, and what follows from them."""
