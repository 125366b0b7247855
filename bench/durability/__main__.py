"""The corpus under SIGKILL, on a full disk and in company. Run from the project root:

    python -m bench.durability kill [--rounds N] [--database sqlite|postgresql]  (PostgreSQL: standard local port)
    python -m bench.durability full-disk [--rounds N]    (as root: mounts a small tmpfs)
    python -m bench.durability commands [--only WORD]    (the same, of the commands as a person calls them)
    python -m bench.durability company [--seconds N]
    python -m bench.durability stopped [--rounds N]      (as root, PostgreSQL on the standard local port)
    python -m bench.durability ended [--rounds N]        (the same)
    python -m bench.durability workers [--rounds N]      (PostgreSQL on the standard local port)
    python -m bench.durability restarted [--rounds N]    (as root, with PostgreSQL's programs)
    python -m bench.durability ingest [--rounds N]
    python -m bench.durability cluster [--rounds N]      (with the extra [cluster])

Figures that were measured stand in docs/corpus.md.
"""

from __future__ import annotations

import argparse
import logging

from bench.durability.bulk import bulk
from bench.durability.commands import commands
from bench.durability.company import company
from bench.durability.ended import ended
from bench.durability.full_disk import full_disk
from bench.durability.kill import kill
from bench.durability.restarted import restarted
from bench.durability.stopped import stopped
from bench.durability.workers import workers

KINDS = [
    "kill", "full-disk", "commands", "company", "stopped", "ended", "workers", "restarted", "ingest", "cluster",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=KINDS)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=int, default=30)
    args = parser.parse_args()
    logging.getLogger("storage").setLevel(logging.ERROR)  # each migration says what it does
    if args.what == "kill":
        kill(args.database, args.rounds)
    elif args.what == "full-disk":
        full_disk(args.rounds)
    elif args.what == "commands":
        commands(args.only)
    elif args.what == "company":
        company(args.seconds)
    elif args.what == "stopped":
        stopped(args.rounds)
    elif args.what == "ended":
        ended(args.rounds)
    elif args.what == "workers":
        workers(args.rounds)
    elif args.what == "restarted":
        restarted(args.rounds)
    else:
        bulk(args.rounds, cluster=args.what == "cluster")


if __name__ == "__main__":
    main()
