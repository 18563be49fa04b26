"""One box over ids, list keys and names in both scripts."""
