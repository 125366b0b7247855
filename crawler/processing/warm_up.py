"""What the fork server of the page readers loads once, so that each reader starts with it in memory.

Importing is most of it; dateparser also builds its tables of Indonesian names at its first use (half a second), and the
judge reads its own (a fifth).
"""

import gc

import crawler.processing.page  # noqa: F401 - the import is what it is for
from crawler.extraction.dates import words
from crawler.relevance import language, lexicon, model
from crawler.relevance.words import zipf_table

words.whole("1 Januari 2020")
model.load()
lexicon.shipped()
zipf_table()
language.identify("Kabar dari Jakarta", "Pemerintah mengumumkan bahwa jalan itu akan dibuka pada bulan depan. " * 5)
gc.collect()
gc.freeze()  # what is loaded now stays: collecting in the readers need not look at it
