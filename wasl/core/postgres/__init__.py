"""Postgres is the database runner of the house: it makes, starts and stops one PostgreSQL 18 cluster inside a home
folder, from the binaries of a Python package, with our own configuration and our own roles. It is for one machine and
for tests; an operator's own PostgreSQL is reached by its address and never touched from here.

Who may connect: the server listens on no network address, its socket lies in a folder that only its own user may
enter (mode 0700; root passes), and every connection is checked by the kernel (`peer`): the account that runs Wasl and
root are admitted to our roles, everybody else is refused, also other programs of the server's own user. So there is
no password that could leak, and the roles part what the application may do from what a migration may do.
"""

from wasl.core.postgres.cluster import Cluster, ServerCommand, running

__all__ = ["Cluster", "ServerCommand", "running"]
