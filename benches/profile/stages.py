#!/usr/bin/env python3
"""Shares of the processor's time by stage, from collapsed stacks: a line each, frames with `;` between, then how many
nanoseconds.

    benches/profile/stages.py STACKS
"""

import collections
import re
import sys

# A sample belongs to the first of these whose pattern a frame of its stack matches; stages call one another, so what is
# called comes before what calls it.
STAGES = (
    ("highlight", r"syntect::|onig|casebook::render::highlight"),
    ("pictures", r"resvg::|tiny_skia|usvg::|casebook::render::(picture|smaller|cards)"),
    ("sanitise", r"ammonia::|html5ever|casebook::render::sanitize"),
    ("check code", r"ts_parser|tree_sitter|casebook::parsers"),
    ("templates", r"tera::"),
    ("shard", r"casebook::index::shard|casebook::index::snippet"),
    ("index", r"tantivy|casebook::index"),
    ("publish", r"casebook::publish"),
    ("render, the rest", r"casebook::render"),
    ("check", r"casebook::check"),
    ("tag", r"casebook::tag"),
    ("resolve", r"casebook::model"),
    ("read", r"casebook::read"),
    ("cache", r"casebook::cache"),
)
TOP = 15


def main():
    by_stage, by_function, total = collections.Counter(), collections.Counter(), 0
    patterns = [(stage, re.compile(pattern)) for stage, pattern in STAGES]
    with open(sys.argv[1], encoding="utf-8") as stacks:
        for line in stacks:
            stack, _, taken = line.rpartition(" ")
            total += int(taken)
            by_stage[next((stage for stage, pattern in patterns if pattern.search(stack)), "other")] += int(taken)
            by_function[stack.rpartition(";")[2]] += int(taken)
    if total == 0:
        sys.exit("no sample was taken: the run was too short, or perf may not record here")
    show(f"stage, of {total / 1e9:.2f} s", by_stage.most_common(), total)
    print()
    show("function, itself", [(f"`{name}`", taken) for name, taken in by_function.most_common(TOP)], total)


def show(what, taken, total):
    print(f"| {what} | share |\n| --- | ---: |")
    for name, time in taken:
        print(f"| {name} | {time / total:.1%} |")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
