"""``python launch.py RESULT COMMAND...``: run a command and write what it took, in a process that is small.

A child starts with the peak memory of the process that started it; started by the benchmark itself, every
command would seem to need what the benchmark needs.
"""

import json
import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    result, command = sys.argv[1], sys.argv[2:]
    start = time.perf_counter()
    _, status, used = os.wait4(os.posix_spawn(command[0], command, os.environ), 0)
    wall = time.perf_counter() - start
    took = {
        "code": os.waitstatus_to_exitcode(status),
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": wall,
        # Bytes on macOS, KiB elsewhere.
        "peak_mib": used.ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1),
    }
    Path(result).write_text(json.dumps(took), "utf-8")
