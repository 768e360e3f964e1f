"""Asks the running kernel what it does with each packet of a scenario."""
