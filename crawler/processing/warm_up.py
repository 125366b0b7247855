"""What the fork server of the page readers loads once, so that each reader starts with it in memory.

Importing is most of it; dateparser also builds its tables of Indonesian names at its first use (half a second).
"""

import gc

import crawler.processing.page  # noqa: F401 - the import is what it is for
from crawler.extraction.dates import words

words.whole("1 Januari 2020")
gc.collect()
gc.freeze()  # what is loaded now stays: collecting in the readers need not look at it
