"""A page before anybody reads it: decoded, parsed, mojibake mended, JSON-LD and selectors read.

May import: nothing of the project but storage.article. The other parts of extraction stand on it.
"""
