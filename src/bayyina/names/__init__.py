"""Arabic and Latin person names: normal forms, keys, romanisation, comparison that explains itself."""
