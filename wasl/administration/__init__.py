"""Administration is where an organisation sets Wasl up without a programmer: agencies, units, people and roles,
services and their forms, routes, wordings, calendars, places and channels, on pages and as YAML, with the
difference shown before it is applied and the last change taken back. It writes through the operations of the rooms
below and registers no case, message, beneficiary or file.
"""
