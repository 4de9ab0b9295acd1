"""Writes sample runs one after another until somebody ends it; for tests that do.

    python write_forever.py DIRECTORY [SECONDS]

With SECONDS every write of a file is followed by that pause, so that a kill lands inside a run. It
says `ready` on its standard output before the first run.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kenli.runs import write
from support.sample_run import sample_parts


def main() -> None:
    directory, pause = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    parts = sample_parts(hours=24)
    genuine = write._write_file

    def slow(path: Path, content: object) -> dict[str, object]:
        record = genuine(path, content)
        time.sleep(pause)
        return record

    write._write_file = slow
    print("ready", flush=True)
    number = 0
    while True:
        write.write_run(directory, f"run-{number:04d}", *parts)
        number += 1


if __name__ == "__main__":
    main()
