"""How far the order of service is kept: how many cases were taken, how many of them out of turn, how long they waited
(`turns`), the month as the public is told it (`published`), and what looks like a pattern (`patterns`, by the values
that an agency sets in `rules`). Knows who took what; why a turn was not kept stands in the rows of `cases.Jump`.
"""
