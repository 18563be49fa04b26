"""Evidence: files taken in, what is known of each, looking at them."""
