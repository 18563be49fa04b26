"""Arabic pages."""
