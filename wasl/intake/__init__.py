"""Intake is where work enters: what somebody wrote through a door (the portal, mail) becomes a case, once.

It offers one verb for a finished report, made safe against second presses and lost answers by a key of the door,
and the limits of the public doors. It does not show forms (portal), read protocols (channels) or work on cases (cases).
"""
