"""The newsroom as a process, for the demo crawl: one line of JSON when it answers, gone when its standard input ends.

    python -m crawler.demo --toml outlets.toml --log requests.jsonl

Without ``--port`` it takes the demo's own, so that a second run finds the same addresses again, and any free one where
that is taken, so that two demos can run at once.

Whoever starts it holds the other end of standard input: when that process ends, however it ends, so does the newsroom
(within a second even if a further process still holds that end).
"""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
from pathlib import Path

from crawler.demo.room import DEMO_PORT, Newsroom


def main() -> int:
    """Serve until standard input ends. Exit code 2 when the port cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.demo", description="Serve the invented newsroom on loopback."
    )
    parser.add_argument("--port", type=int, help=f"0 takes any free port (default: {DEMO_PORT}, or a free one)")
    parser.add_argument("--toml", type=Path, help="where to write the outlets' file (default: a temporary file)")
    parser.add_argument("--log", type=Path, help="where to write the requests, one JSON line each")
    parser.add_argument("--traps", action="store_true", help="serve the traps too")
    parser.add_argument("--delay", type=float, default=0.0, help="delay written into the outlets' file, in seconds")
    args = parser.parse_args()
    room = None
    for port in (DEMO_PORT, 0) if args.port is None else (args.port,):
        room = Newsroom(port, toml=args.toml, log_file=args.log, traps=args.traps, delay=args.delay)
        try:
            room.start()
            break
        except OSError as error:
            room, refused = None, error.strerror or str(error)
    if room is None:
        where = f"port {port}" if port else "a free port"
        print(f"newsroom: {where} on 127.0.0.11 and following cannot be had: {refused}", file=sys.stderr)
        return 2
    try:
        ready = {"ready": True, "pid": os.getpid(), "port": room.port, "toml": str(room.toml), "outlets": room.outlets}
        print(json.dumps(ready | {"articles": len(room.articles)}), flush=True)
        parent = os.getppid()
        while os.getppid() == parent:
            if select.select([sys.stdin], [], [], 1.0)[0] and not os.read(sys.stdin.fileno(), 4096):
                break
    except KeyboardInterrupt:
        pass
    finally:
        room.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
