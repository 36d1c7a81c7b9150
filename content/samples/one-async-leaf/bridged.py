"""The async lookup behind a plain function that runs a loop for each call."""

import asyncio
from inspect import isfunction, iscoroutinefunction

STOCK = {"nuts": 40, "bolts": 12}


async def lookup(name):
    await asyncio.sleep(0.01)  # stands in for a query
    return STOCK[name]


def line(name):
    return f"{name}: {asyncio.run(lookup(name))}"


def section(names):
    return [line(name) for name in names]


def report():
    return " | ".join(section(STOCK))


def main():
    print(report())


main()
functions = [f for f in list(globals().values()) if isfunction(f) and f.__module__ == __name__]
print("async:", sum(map(iscoroutinefunction, functions)), "of", len(functions), "functions")
