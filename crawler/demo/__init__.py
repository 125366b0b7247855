"""A loopback newsroom: invented outlets with invented news, and every trick real sites play on a crawl.

    with Newsroom() as room:                      # port 0: any free one
        crawl(outlets=room.toml)
        assert not room.requests("kabar-senja", "/private/arsip-101")
        kept = [story for story in room.articles if story.kept]

``python -m crawler.demo`` runs it as a process, for the demo.
"""

from crawler.demo.room import Newsroom
from crawler.demo.server import Answer, Asked, Request, Server, Site
from crawler.demo.stories import Story

__all__ = ["Answer", "Asked", "Newsroom", "Request", "Server", "Site", "Story"]
