"""Administration: people and their roles, own files, work, what is missing on the machine."""
