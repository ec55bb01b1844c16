"""The runner: `wasl run` starts everything on one machine (database, web, worker, mail door, and the letterbox of the
demo), sets up what is missing, restarts what dies, and stops all in order. In production with a supervisor of its own,
each process is started by its own command (`wasl web`, `wasl worker`, `wasl mail`) and the runner is not needed.
"""
