"""Directory is the map of the authority: agencies, their units, who holds which role in which unit, and what each role
may do on whose things. It offers the permission table, the scopes of a person and the guard of every staff page; it
knows nothing of cases, services or calendars.
"""
