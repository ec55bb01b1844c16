"""Routing says which unit answers for a matter, and how grave it is.

It offers the unit for a service at a place by rows of rules (the most specific wins, the triage unit is the last
resort) and the importance class from a matrix of criteria, each with its reasons in words. It takes plain facts and
knows no case.
"""
