"""What a file is and says: type, metadata, hashes, provenance, indicators, near-duplicates.

Files from strangers are opened only in a child process (``sandbox``, ``worker``) with limits
on memory, time and output; what happens there is recorded as the outcome of that one file.
Findings are indicators with their false-alarm rates and innocent explanations, never verdicts.
"""
