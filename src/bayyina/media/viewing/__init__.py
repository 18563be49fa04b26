"""What people see of a foreign file: a page drawn as a picture, a captured page as text, messages.

A child process without network and secrets opens the file (``worker``), under limits on memory,
time and output; only plain text and a picture that was drawn anew leave it.
"""
