"""Calendars know when a municipality works: hours by weekday with several spans a day, special hours such as those of
Ramadan, official holidays with the day they were announced, and the Hijri months as they were really sighted. They
offer `WorkingTime`, a frozen snapshot that answers "when are 21 working hours over?", and tell by `CalendarChanged`
when an answer may have become another. They know no promise, no clock and no case.
"""
