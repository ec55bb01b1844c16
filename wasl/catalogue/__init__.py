"""Catalogue holds the services an agency answers for, in their categories, with the starting data of the demo agencies.

It offers the list of services, search by the citizen's own words (dialect, spelling variants, slips, half-typed words)
and the proposal of a service for a whole text. It is not the place of promises (`sla`) or of routes (`routing`), and
it never deletes: what ends keeps its row and the moment of its end.
"""
