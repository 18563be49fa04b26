"""What every page stands in: language, headers, the person at work, the words."""
