"""The same eight waits in a task group, at most three under way at once.

Needs Python 3.11 or later.
"""

import asyncio

LIMIT = 3
waiting = 0
most = 0


async def ask(number, gate):
    global waiting, most
    async with gate:
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0.05)  # stands in for a reply from elsewhere
        waiting -= 1
    return number * number


async def main():
    gate = asyncio.Semaphore(LIMIT)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(number, gate)) for number in range(8)]
    print("answers:", [task.result() for task in tasks])
    print("most waits under way at once:", most)


asyncio.run(main())
