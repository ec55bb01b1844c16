"""Backup and restore: the database as one moment saw it, the contents of all files, and the keys, in a folder that is
checked after it was written and from which an empty machine becomes the same house. `wasl backup`, `wasl restore`.

A backup folder keeps many backups; contents of files are kept once for all of them. Why the tables are copied by COPY
and not by pg_dump stands in `docs/adr/0007-backups-by-copy.md`.
"""
