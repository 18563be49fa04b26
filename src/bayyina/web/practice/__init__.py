"""The practice workspace: its four journeys, the panel beside every page, its files."""
