"""Between the wire and our values: answers are read as JSON, requests are made of the SDK's models."""
