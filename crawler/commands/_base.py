"""Where command modules get their base from; it is defined in ``crawler.cli.base``, see there."""

from crawler.cli.base import CorpusCommand, day, progress

__all__ = ["CorpusCommand", "day", "progress"]
