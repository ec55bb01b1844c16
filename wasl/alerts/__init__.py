"""Alerts are the words the house has for its own people: the bell and its list on the desk, mail at once or in the
daily digest, by each person's choice and outside of their quiet hours. Rooms above give an alert in the transaction of
the act it tells of, name its kinds, and put sections into the digest. It knows no case: an alert carries its number.
"""
