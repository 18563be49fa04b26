"""The lists: one module each, which writes what its makers would have known and how."""
