"""Primes counted in pieces, each piece in a process of a pool."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from math import isqrt

TOP = 200_000


def primes_in(first, end):
    """How many primes there are from `first` up to `end`, by trial division."""
    found = 0
    for number in range(max(first, 2), end):
        if all(number % d for d in range(2, isqrt(number) + 1)):
            found += 1
    return found, os.getpid()


if __name__ == "__main__":  # where children are not forked, they import this file
    pieces = int(sys.argv[1]) if sys.argv[1:] else 4
    edges = range(0, TOP + 1, TOP // pieces)
    with ProcessPoolExecutor(pieces) as pool:
        done = list(pool.map(primes_in, edges[:-1], edges[1:]))
    print("primes:", sum(found for found, _ in done))
    print("any in this process:", any(pid == os.getpid() for _, pid in done))
