"""Whose report it is: the dateline at its head and the agencies and outlets it cites.

May import: page, storage.article. Offers ``verdict.attribute``; ``agencies.toml`` and ``citing.toml`` are its data.
"""
