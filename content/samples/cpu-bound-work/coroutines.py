"""Primes counted in pieces, each piece a coroutine."""

import asyncio
import os
import sys
from math import isqrt
from threading import current_thread, main_thread

TOP = 200_000


def primes_in(first, end):
    """How many primes there are from `first` up to `end`, by trial division."""
    found = 0
    for number in range(max(first, 2), end):
        if all(number % d for d in range(2, isqrt(number) + 1)):
            found += 1
    return found, current_thread() is main_thread(), os.getpid()


async def count(first, end):
    return primes_in(first, end)


async def main(pieces):
    edges = range(0, TOP + 1, TOP // pieces)
    return await asyncio.gather(*map(count, edges[:-1], edges[1:]))


pieces = int(sys.argv[1]) if sys.argv[1:] else 4
done = asyncio.run(main(pieces))
print("primes:", sum(found for found, _, _ in done))
print("any in the main thread:", any(main for _, main, _ in done))
print("any in this process:", any(pid == os.getpid() for _, _, pid in done))
