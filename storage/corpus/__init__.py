"""The corpus: articles, revisions and near misses, saved and found again.

May import: database, copies. Offers ``Corpus``; ``saving`` stores one article, ``matching`` tells which one it is,
``refusal`` by what a withdrawn one is known, ``labels`` keeps what annotators say.
"""

from storage.corpus.corpus import Corpus, Decision, Rejected
from storage.corpus.saving import Saved

__all__ = ["Corpus", "Decision", "Rejected", "Saved"]
