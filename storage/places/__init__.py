"""Places: which countries a text speaks of.

Imports nothing of the project. Offers ``countries``.
"""

from storage.places.countries import countries

__all__ = ["countries"]
