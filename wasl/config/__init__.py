"""Config is the roof: settings, addresses, the process runner and the command line, where all rooms are plugged
together. It holds no rule of its own.
"""
