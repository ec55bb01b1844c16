"""The doors of the desk: worklists, the page of a case, acts, tasks, parked messages."""
