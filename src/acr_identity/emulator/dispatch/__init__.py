"""From a request to its answer: the routes, what holds for all of them, and the handler that is meant."""
