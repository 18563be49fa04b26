"""The first page: how things stand and what needs somebody."""
