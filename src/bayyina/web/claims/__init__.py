"""Published claims and what contradicts what."""
