"""Reading people's lists: files of any common kind, and mappings that say what rows state."""
