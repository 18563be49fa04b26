"""Published claims of number and fact: their scopes, and what contradicts what."""
