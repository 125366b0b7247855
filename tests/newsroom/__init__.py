"""A loopback newsroom: invented outlets with invented news, and every trick real sites play on a crawl.

    with Newsroom() as room:                      # port 0: any free one
        crawl(outlets=room.toml)
        assert not room.requests("kabar-senja", "/private/arsip-101")
        kept = [story for story in room.articles if story.kept]

``python -m tests.newsroom`` runs it as a process, for the demo.
"""

from tests.newsroom.room import Newsroom
from tests.newsroom.server import Answer, Asked, Request, Server, Site
from tests.newsroom.stories import Story

__all__ = ["Answer", "Asked", "Newsroom", "Request", "Server", "Site", "Story"]
