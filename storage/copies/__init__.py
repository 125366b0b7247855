"""Copies and stories: fingerprints, comparison, who came first, links, events told by several outlets.

May import: database. Offers ``linking`` (copies) and ``stories``; both work within the caller's transaction.
"""
