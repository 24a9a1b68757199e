"""Who may do what: the roles, the conditions on their assignments, and the decision that each service asks for."""
