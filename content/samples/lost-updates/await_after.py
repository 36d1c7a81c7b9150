"""Ten coroutines add one to a balance, and await only after they have written."""

import asyncio

CLERKS = 10
balance = 0


async def write_receipt():
    await asyncio.sleep(0.01)


async def pay_in():
    global balance
    seen = balance
    balance = seen + 1
    await write_receipt()


async def main():
    await asyncio.gather(*[pay_in() for _ in range(CLERKS)])
    print("paid in:", CLERKS, "balance:", balance)


asyncio.run(main())
