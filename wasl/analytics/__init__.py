"""Analytics makes every figure the house shows: one definition of each measure, with its cohort and as-of date, asked
by every page that shows it, and each figure opened down to its cases. It changes no case.
"""
