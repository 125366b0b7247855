"""What a page says of itself: title, authors, section, tags, canonical URL, rights.

May import: page, and attribution's table of outlets. Offers ``fields.read_metadata``.
"""
