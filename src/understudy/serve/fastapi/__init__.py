"""Violations as a FastAPI service words them."""
