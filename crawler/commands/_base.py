"""Where command modules get their base from; it is defined in ``crawler.command``, see there."""

from crawler.command import CorpusCommand, day, progress

__all__ = ["CorpusCommand", "day", "progress"]
