def depth(line):
    return (len(line) - len(line.lstrip(" "))) // 4


print(depth("        x = 1"))
