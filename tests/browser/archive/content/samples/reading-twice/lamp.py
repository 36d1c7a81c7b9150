print("once")
