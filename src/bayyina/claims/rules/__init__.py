"""The rules of the checker, one module for each kind of comparison."""
