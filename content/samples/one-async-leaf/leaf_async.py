"""The same report when the lookup has become async and the rest follows."""

import asyncio
from inspect import isfunction, iscoroutinefunction

STOCK = {"nuts": 40, "bolts": 12}


async def lookup(name):
    await asyncio.sleep(0.01)  # stands in for a query
    return STOCK[name]


async def line(name):
    return f"{name}: {await lookup(name)}"


async def section(names):
    return [await line(name) for name in names]


async def report():
    return " | ".join(await section(STOCK))


async def main():
    print(await report())


asyncio.run(main())
functions = [f for f in list(globals().values()) if isfunction(f) and f.__module__ == __name__]
print("async:", sum(map(iscoroutinefunction, functions)), "of", len(functions), "functions")
