#!/usr/bin/env python3
"""How a build grows with the archive: time and memory per entry, at several sizes and in one run.

    benches/peers/growth.py [--sizes 1000,10000,100000] [--rounds 3] [--json]

The sizes take turns, round by round, so that what else the machine does falls on all of them. Of 100,000 entries, the
archive and its site take some 8 GB, of memory where it holds the temporary files.
"""

import argparse
import shutil
import subprocess
from pathlib import Path

from processes import Aside, figure, medians, note, programs, run, show, table, workplace

FIGURES = (("wall_s", "time"), ("cpu_s", "processor"), ("memory_bytes", "memory"))


def measure(work, sizes, rounds):
    casebook, corpus = programs()
    for entries in sizes:
        subprocess.run([corpus, str(entries), work / str(entries), "casebook"], check=True)
    aside = Aside(work / "aside")
    taken = {entries: {"cold": [], "nothing changed": []} for entries in sizes}
    for number in range(rounds):
        for entries in sizes:
            root = work / str(entries)
            aside.move(root / "public", root / "index", root / ".public.stage")
            for case in ("cold", "nothing changed"):
                figures = run([casebook, "build", "--quiet"], cwd=root)
                note(f"  {entries} entries, {case}, round {number + 1}: {figures['wall_s']:.2f} s")
                taken[entries][case].append(figures)
    return taken


def rows(taken):
    smallest = min(taken)
    for case in taken[smallest]:
        middle = {entries: medians(cases[case]) for entries, cases in taken.items()}
        for key, label in FIGURES:
            base = middle[smallest][key] / smallest
            for entries, one in middle.items():
                each = one[key] / entries
                per = f"{each / 1024:.1f} KiB" if key == "memory_bytes" else f"{each * 1000:.3f} ms"
                yield [case, label, f"{entries:,}", figure(key, one[key]), per, f"{each / base:.2f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="how many entries, with commas (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="builds of each size (%(default)s)")
    parser.add_argument("--work", type=Path, help="where to build (a memory file system, if there is one)")
    parser.add_argument("--json", action="store_true", help="print every figure instead of a table of medians")
    arguments = parser.parse_args()
    work = workplace(arguments.work)
    try:
        taken = measure(work, [int(size) for size in arguments.sizes.split(",")], arguments.rounds)
    finally:
        shutil.rmtree(work)
    heads = ["case", "", "entries", "all", "per entry", "to the smallest"]
    show(taken, table(heads, list(rows(taken))), arguments.json)


if __name__ == "__main__":
    main()
