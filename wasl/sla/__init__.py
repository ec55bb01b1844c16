"""Promises: how long the municipality gives itself to acknowledge, refer, answer and resolve, and the arithmetic of a
running promise: when it is due, how much of it pauses have left, and the day-by-day explanation that adds up to the due
moment. Policies are rows by service, kind and importance. It knows no case: clocks are rows of `cases`, and all that is
needed of them is handed in.
"""
