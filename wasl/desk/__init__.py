"""The desk is where staff work: live worklists, the page of a case with everything about it and every act the person
may do, tasks and parked messages. It joins what the rooms below know, asks for rights at each door and holds no rule
and no table of its own.
"""
