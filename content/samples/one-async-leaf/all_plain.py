"""A report on stock, in plain functions. The last lines count what is async."""

from inspect import isfunction, iscoroutinefunction

STOCK = {"nuts": 40, "bolts": 12}


def lookup(name):
    return STOCK[name]


def line(name):
    return f"{name}: {lookup(name)}"


def section(names):
    return [line(name) for name in names]


def report():
    return " | ".join(section(STOCK))


def main():
    print(report())


main()
functions = [f for f in list(globals().values()) if isfunction(f) and f.__module__ == __name__]
print("async:", sum(map(iscoroutinefunction, functions)), "of", len(functions), "functions")
