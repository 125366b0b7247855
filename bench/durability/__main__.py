"""The corpus under SIGKILL, on a full disk and in company. Run from the project root:

    python -m bench.durability kill [--rounds N] [--database sqlite|postgresql]  (PostgreSQL: standard local port)
    python -m bench.durability full-disk [--rounds N]    (as root: mounts a small tmpfs)
    python -m bench.durability commands [--only WORD]    (the same, of the commands as a person calls them)
    python -m bench.durability company [--seconds N]
    python -m bench.durability stopped [--rounds N]      (as root, PostgreSQL on the standard local port)
    python -m bench.durability ended [--rounds N]        (the same)

Figures that were measured stand in docs/corpus.md.
"""

from __future__ import annotations

import argparse
import logging

from bench.durability.commands import commands
from bench.durability.company import company
from bench.durability.ended import ended
from bench.durability.full_disk import full_disk
from bench.durability.kill import kill
from bench.durability.stopped import stopped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kill", "full-disk", "commands", "company", "stopped", "ended"])
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
    else:
        ended(args.rounds)


if __name__ == "__main__":
    main()
