#!/usr/bin/env python3
"""A build beside its peers: casebook, Hugo, and Hugo with Pagefind, on the same synthetic texts and in one run.

    benches/peers/measure.py [--sizes 1000,10000] [--rounds 5] [--edits 50] [--json]

Cases: a cold build, nothing changed, an essay edited, a template edited that every page uses; and in the development
servers, the time from the write of an essay to its page. The programs take turns, round by round. It installs Hugo and
Pagefind below target/. Needs Python 3.9, Node and Rust, nothing else.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from processes import Aside, ROOT, figure, medians, note, programs, run, show, table, workplace
from servers import edits_to_pages

FIGURES = (("wall_s", "time"), ("cpu_s", "processor"), ("memory_bytes", "memory"))


class Program:
    """One that builds a site. `site` holds its sources, `public` what it makes of them."""

    def __init__(self, name, site, public, template, commands, made):
        self.name, self.site, self.public, self.commands = name, site, public, commands
        # What a cold build must not find.
        self.made = [public, *made]
        self.essays = sorted(path for path in (site / "content/essays").iterdir() if not path.name.startswith("_"))
        self.template = template

    def build(self):
        return run(*self.commands, cwd=self.site)

    def page(self, essay):
        return self.public / "essays" / essay.stem / "index.html"


def edit_essay(program, word):
    essay = program.essays[len(program.essays) // 2]
    append(essay, f"\n{word}.\n")
    return [program.page(essay)]


def edit_template(program, word):
    text = program.template.read_text()
    program.template.write_text(text.replace("</footer>", f"<p>{word}</p></footer>", 1))
    return [program.public / "index.html", *map(program.page, program.essays[:3])]


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def cold(aside):
    def before(program, _):
        aside.move(*program.made)
        return []

    return before


# What is done to a site before a build, which gives the pages that must say so afterwards.
def cases(aside):
    return {
        "cold": cold(aside),
        "nothing changed": lambda *_: [],
        "one essay edited": edit_essay,
        "a template edited": edit_template,
    }


def prepare(work, entries, corpus, casebook, hugo, pagefind):
    """The sites of the three programs; each has its own sources and its own output."""

    def texts(name, form):
        folder = work / name
        subprocess.run([corpus, str(entries), folder, form], check=True)
        return folder

    def hugo_site(name, then):
        site = texts(name, "hugo")
        shutil.copytree(ROOT / "benches/peers/hugo", site, dirs_exist_ok=True)
        public, template = site / "public", site / "layouts/baseof.html"
        build = [hugo, "build", "--quiet", "--cacheDir", work / f"{name}-cache"]
        return Program(name, site, public, template, [build, *then(public)], [work / f"{name}-cache", site / "resources"])

    archive = texts("casebook", "casebook")
    # The archive's own copy of a template of the theme.
    template = archive / "themes/default/templates/base.html"
    template.parent.mkdir(parents=True)
    shutil.copy(ROOT / "themes/default/templates/base.html", template)
    ours = Program("casebook", archive, archive / "public", template, [[casebook, "build", "--quiet"]],
                   [archive / "index", archive / ".public.stage"])
    search = lambda public: [[pagefind, "--quiet", "--site", public]]
    return [ours, hugo_site("Hugo", lambda _: []), hugo_site("Hugo + Pagefind", search)]


def builds(sites, aside, rounds):
    """The figures of each round: case, then program."""
    out = {}
    for name, before in cases(aside).items():
        taken = {program.name: [] for program in sites}
        for number in range(rounds):
            for program in sites:
                word = f"{name.replace(' ', '')}{number}x"
                changed = before(program, word)
                figures = program.build()
                for page in changed:
                    if word not in page.read_text():
                        sys.exit(f"{program.name}: {page} is stale after {name}")
                note(f"  {name}, round {number + 1}: {program.name} {figures['wall_s']:.2f} s")
                taken[program.name].append(figures)
        out[name] = taken
    return out


def rows(measured):
    for case, taken in measured["builds"].items():
        middle = {name: medians(rounds) for name, rounds in taken.items()}
        yield from compared(case, middle, FIGURES)
    if measured["serve"]:
        middle = {name: {"median": median(times), "worst": max(times)} for name, times in measured["serve"].items()}
        yield from compared("edit to page in the server", middle, (("median", "median"), ("worst", "worst")))


def compared(case, middle, figures):
    """A row for each figure: those of the programs, and the ratios of casebook's to the others'."""
    ours, *peers = middle
    for key, label in figures:
        ratios = [f"{middle[ours][key] / middle[peer][key]:.3f}" for peer in peers]
        values = [figure(key, one[key]) for one in middle.values()]
        missing = [""] * (3 - len(values))
        yield [case, label, *values, *missing, *ratios, *missing]


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000", help="how many entries, with commas (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="builds of each case (%(default)s)")
    parser.add_argument("--edits", type=int, default=50, help="edits in the servers; 0 leaves them out (%(default)s)")
    parser.add_argument("--work", type=Path, help="where to build (a memory file system, if there is one)")
    parser.add_argument("--json", action="store_true", help="print every figure instead of tables of medians")
    arguments = parser.parse_args()
    arguments.sizes = [int(size) for size in arguments.sizes.split(",")]
    return arguments


def main():
    arguments = read_arguments()
    setup = subprocess.run([ROOT / "benches/peers/setup"], check=True, stdout=subprocess.PIPE, text=True)
    hugo, pagefind = setup.stdout.split("\n")[:2]
    casebook, corpus = programs()
    measured, texts = [], []
    for entries in arguments.sizes:
        note(f"{entries} entries")
        work = workplace(arguments.work)
        try:
            sites = prepare(work, entries, corpus, casebook, hugo, pagefind)
            one = {"entries": entries, "rounds": arguments.rounds}
            one["builds"] = builds(sites, Aside(work / "aside"), arguments.rounds)
            servers = [casebook, "serve"], [hugo, "server", "--bind", "127.0.0.1"]
            one["serve"] = edits_to_pages(*zip(sites, servers), arguments.edits)
        finally:
            shutil.rmtree(work)
        measured.append(one)
        heads = [f"{entries:,} entries", "", *(program.name for program in sites), "to Hugo", "to Hugo + Pagefind"]
        texts.append(table(heads, list(rows(one))))
    show(measured, "\n\n".join(texts), arguments.json)


if __name__ == "__main__":
    main()
