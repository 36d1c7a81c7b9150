"""The same eight waits, begun together and collected in order."""

import asyncio

waiting = 0
most = 0


async def ask(number):
    global waiting, most
    waiting += 1
    most = max(most, waiting)
    await asyncio.sleep(0.05)  # stands in for a reply from elsewhere
    waiting -= 1
    return number * number


async def main():
    answers = await asyncio.gather(*[ask(number) for number in range(8)])
    print("answers:", answers)
    print("most waits under way at once:", most)


asyncio.run(main())
