"""Lists: taking one in, row by row, and taking it back."""
