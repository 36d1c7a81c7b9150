"""The same calls awaited, though the coroutine has nothing to wait for."""

import asyncio
import sys


async def add_one(number):
    return number + 1


async def main(calls):
    turns = []
    asyncio.get_running_loop().call_soon(turns.append, "somebody else's turn")
    total = 0
    for _ in range(calls):
        total = await add_one(total)
    print("calls all counted:", total == calls)
    print("somebody else got a turn:", bool(turns))


asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 100_000))
