"""Platforms recognised in earlier runs: a front page that is unchanged is not read again, and cannot show them anew."""

from __future__ import annotations

import sqlalchemy as sa

from crawler.discovery import wordpress
from crawler.outlets import Outlet
from storage.database.frontier_tables import urls

# Where an API's own part of an address begins, by platform; what stands before it is the outlet's.
_BEGINS = {"wordpress": "wp/v2/posts", "blogger": "/feeds/posts/default"}


def remembered(conn: sa.Connection, outlet: Outlet) -> Outlet:
    """The outlet with the platform whose API answered in an earlier run; as it is where it names one, or none did."""
    if outlet.platform is not None:
        return outlet
    for platform, begins in _BEGINS.items():
        asked = sa.select(urls.c.url).where(
            urls.c.outlet == outlet.id,
            urls.c.kind == platform,
            urls.c.state == "fetched",
            urls.c.status.in_((200, 304)),
        )
        for url in conn.execute(asked.limit(1)).scalars():
            base, found, _ = url.partition(begins)
            if found and platform == "wordpress":
                return wordpress.at(outlet, base)
            if found:
                return outlet.model_copy(update={"platform": platform, "platform_url": base})
    return outlet
