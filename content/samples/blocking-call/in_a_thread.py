"""The same slow function, handed to a thread while another coroutine ticks."""

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
    await asyncio.to_thread(slow_report)
    print("at least three ticks while the report was made:", len(ticks) >= 3)
    beat.cancel()


asyncio.run(main())
