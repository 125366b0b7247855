"""The frontier: the state of every URL, hosts and their leases, runs, stored robots.txt, coverage by day.

May import: database. Offers ``Frontier`` and what it hands out; ``coverage`` counts what became of each outlet's days.
"""

from storage.frontier.frontier import NOT_NEEDED, WITHDRAWN, Frontier, Lease, LeaseLost
from storage.frontier.runs import HEARTBEAT_SECONDS, LEASE_SECONDS, MAX_TAKEOVERS, AlreadyRunning
from storage.frontier.urls import NewUrl

__all__ = [
    "HEARTBEAT_SECONDS",
    "LEASE_SECONDS",
    "MAX_TAKEOVERS",
    "NOT_NEEDED",
    "WITHDRAWN",
    "AlreadyRunning",
    "Frontier",
    "Lease",
    "LeaseLost",
    "NewUrl",
]
