"""What a page says of itself: title, authors, section, tags, canonical URL, rights.

May import: page. Offers ``fields.read_metadata``.
"""
