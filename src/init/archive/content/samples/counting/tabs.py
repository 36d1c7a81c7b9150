def depth(line):
	return len(line) - len(line.lstrip("\t"))


print(depth("\t\tx = 1"))
