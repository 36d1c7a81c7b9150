"""Whole processes: how long they take, how much of the processor and of the memory; and what the figures come to."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A process that takes longer is ended.
PATIENCE_S = 1800


# Who is told to end ends what it started, and removes what it made.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def note(text):
    print(text, file=sys.stderr, flush=True)


def run(*commands, cwd):
    """Runs commands one after the other. Time and processor time are summed; memory is that of the largest."""
    wall = cpu = memory = 0
    for command in commands:
        start = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(list(map(str, command)), cwd=cwd, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            usage = wait(process)
            wall += time.perf_counter() - start
            if process.returncode != 0:
                said.seek(0)
                sys.exit(f"{command}: {process.returncode}\n{said.read().decode(errors='replace')[-4000:]}")
        cpu += usage.ru_utime + usage.ru_stime
        memory = max(memory, usage.ru_maxrss * 1024)
    return {"wall_s": wall, "cpu_s": cpu, "memory_bytes": memory}


def wait(process):
    def end(*_):
        process.kill()

    signal.signal(signal.SIGALRM, end)
    signal.alarm(PATIENCE_S)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        signal.alarm(0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def programs():
    """Builds what is measured; the paths of casebook and of the generator."""
    command = ["cargo", "build", "--release", "--locked", "--bin", "casebook", "--example", "corpus"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    return target / "casebook", target / "examples/corpus"


def workplace(where=None):
    """A new folder in a file system that is in memory, where there is one: disks differ more than programs."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return Path(tempfile.mkdtemp(prefix="casebook-bench-", dir=where or (memory if usable else None)))


class Aside:
    """Where output is moved before a cold build. It is deleted at the end: ext4 makes files more slowly for some minutes
    after thousands were deleted, and the next build would pay for it. In memory, deleting costs nobody anything."""

    def __init__(self, folder):
        self.folder, self.moved = folder, 0
        self.in_memory = str(folder).startswith("/dev/shm/")
        folder.mkdir()

    def move(self, *paths):
        for path in filter(Path.exists, paths):
            self.moved += 1
            to = self.folder / str(self.moved)
            path.rename(to)
            if self.in_memory:
                shutil.rmtree(to)


def medians(rounds):
    return {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}


def figure(key, value):
    if key == "memory_bytes":
        return f"{value / (1 << 20):,.0f} MiB"
    return f"{value * 1000:,.1f} ms" if value < 0.1 else f"{value:,.2f} s"


def table(heads, rows):
    """Markdown; the first two columns are words."""
    cells = [heads, *rows]
    wide = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    line = lambda row: "| " + " | ".join(c.ljust(w) if at < 2 else c.rjust(w) for at, (c, w) in enumerate(zip(row, wide))) + " |"
    rule = "| " + " | ".join("-" * w if at < 2 else "-" * (w - 1) + ":" for at, w in enumerate(wide)) + " |"
    return "\n".join([line(heads), rule, *map(line, rows)])


def show(measured, text, as_json):
    print(json.dumps(measured, indent=1) if as_json else text)
