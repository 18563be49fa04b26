"""Signing in: a member unlocks their own key."""
