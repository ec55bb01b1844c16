"""Bench measures Wasl's speed and memory as an operator would meet them: it starts the real `wasl run` in a folder of
its own, drives it over its real doors, and prints one JSON object a figure, each with its conditions and, where there
is one, the floor measured in the same run. It is no test: nothing fails because a machine is slow. `README.md` tells
what each figure means.
"""
