"""WARC files of raw pages: written, read back, erased in place, and taken down by address.

May import: extraction, fetching, outlets, urls, storage. Offers ``writer.Archive``, ``reader.read_ref`` and
``reader.captures``, ``withdraw.erase_withdrawn``.
"""
