"""Photographed bodies and leaked certificates: whose they may be, and what two people decide."""
