"""The desk is where staff work: live worklists with saved views, acts on one case or on many, the page of a case with
everything about it, tasks and parked messages. It joins what the rooms below know, asks for rights at each door and
holds no rule of a case; its own tables keep views, habits and acts on many cases with what came of each.
"""
