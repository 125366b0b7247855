"""Politeness, conditional requests, WARC archive."""
