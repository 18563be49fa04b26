"""Multiple systems estimation: capture histories in, how many were never documented out."""
