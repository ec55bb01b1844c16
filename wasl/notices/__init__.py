"""Notices are what we tell people: the wording in their language, the means they wished for and the nearest one we
have, coalescing, and the proof of what became of each. Every room declares in its own `notices.py` which fact is told
in which template. It sends nothing itself: `messaging` carries e-mail, `tasks` carries calls.
"""
