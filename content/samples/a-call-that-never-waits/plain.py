"""Plain calls of a function that adds one."""

import sys


def add_one(number):
    return number + 1


def main(calls):
    total = 0
    for _ in range(calls):
        total = add_one(total)
    print("calls all counted:", total == calls)


main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
