"""All lookups made at the top, together; below it, plain functions get values."""

import asyncio
from inspect import isfunction, iscoroutinefunction

STOCK = {"nuts": 40, "bolts": 12}


async def lookup(name):
    await asyncio.sleep(0.01)  # stands in for a query
    return STOCK[name]


def line(name, count):
    return f"{name}: {count}"


def section(counts):
    return [line(name, count) for name, count in counts.items()]


def report(counts):
    return " | ".join(section(counts))


async def main():
    counts = await asyncio.gather(*map(lookup, STOCK))
    print(report(dict(zip(STOCK, counts))))


asyncio.run(main())
functions = [f for f in list(globals().values()) if isfunction(f) and f.__module__ == __name__]
print("async:", sum(map(iscoroutinefunction, functions)), "of", len(functions), "functions")
