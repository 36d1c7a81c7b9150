"""Ten coroutines add one to a balance, with an await between reading and writing."""

import asyncio

CLERKS = 10
balance = 0


async def write_receipt():
    await asyncio.sleep(0.01)


async def pay_in():
    global balance
    seen = balance
    await write_receipt()
    balance = seen + 1


async def main():
    await asyncio.gather(*[pay_in() for _ in range(CLERKS)])
    print("paid in:", CLERKS, "balance:", balance)


asyncio.run(main())
