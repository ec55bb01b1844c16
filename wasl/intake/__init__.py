"""Intake is where work enters: what somebody wrote through a door (the portal, mail, a text message) or said to one of
the staff becomes a case, once.

It offers one verb for a finished report, made safe against second presses and lost answers by a key of the door, the
limits of the public doors, the record of contacts that were answered on the spot without a case, and the sealed drafts
of what staff are still typing. It shows no forms (portal, desk), reads no protocols (channels)
and works on no case (cases).
"""
