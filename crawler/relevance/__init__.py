"""Relevance: seeds → topic; the gate on bytes, language, judge, explanation, feedback. No Scrapy, no network."""

from crawler.relevance.topic import Judgement, Topic

__all__ = ["Judgement", "Topic"]
