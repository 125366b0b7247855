"""Services and platforms as they document themselves, on loopback: WordPress, Blogger, Wayback Machine, Common Crawl.

    site = WordPressSite("127.0.0.41", posts=500)
    with Server([site]) as server:
        adapter(site.base)                       # …/wp-json/wp/v2/posts
        assert found == {story.url for story in site.stories if story.kept}

Their posts are made from a small stock of sentences, the same on each start; one in ten is about conflict.
"""

from crawler.demo.standins.blogger import BloggerSite
from crawler.demo.standins.captures import Capture
from crawler.demo.standins.commoncrawl import CommonCrawl
from crawler.demo.standins.posts import posts
from crawler.demo.standins.wayback import Wayback
from crawler.demo.standins.wordpress import WordPressSite

__all__ = ["BloggerSite", "Capture", "CommonCrawl", "Wayback", "WordPressSite", "posts"]
