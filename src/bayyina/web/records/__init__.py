"""Records: the library, the search, one record."""
