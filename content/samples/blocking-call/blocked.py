"""A coroutine sleeps the blocking way while another tries to tick."""

import asyncio
import time


def slow_report():
    time.sleep(0.3)
    return "report"


async def ticker(ticks):
    while True:
        await asyncio.sleep(0.02)
        ticks.append("tick")


async def main():
    ticks = []
    beat = asyncio.create_task(ticker(ticks))
    await asyncio.sleep(0)  # let the ticker begin
    slow_report()  # no await, so the loop stands still
    print("ticks while the report was made:", len(ticks))
    beat.cancel()


asyncio.run(main())
