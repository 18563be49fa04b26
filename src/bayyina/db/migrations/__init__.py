"""Migrations of the workspace tables."""
