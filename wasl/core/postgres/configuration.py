"""The text of the three configuration files of a cluster. They are written anew before each start; what an operator
wants otherwise goes into `local.conf` in the data folder, which is read last and never touched.
"""

from collections.abc import Iterable
from pathlib import Path

# Why these: one machine with a few hundred staff; little memory when idle; nothing acknowledged is ever lost (fsync
# stays on). The log must hold no personal value: statements and the DETAIL of errors, which quotes rows, stay out.
SETTINGS = """\
port = 5432
listen_addresses = ''
max_connections = 100
shared_buffers = 96MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
huge_pages = off
jit = off
io_workers = 1
max_worker_processes = 4
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
fsync = on
max_wal_size = 1GB
min_wal_size = 80MB
checkpoint_completion_target = 0.9
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] %q%u@%d %a '
log_checkpoints = off
log_error_verbosity = terse
log_min_error_statement = panic
"""

FAST = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""

ACCESS = """\
# type  database     user  method
local   all          all   peer map=wasl
local   replication  all   peer map=wasl
"""


def server_settings(*, sockets: Path, durable: bool) -> str:
    """postgresql.conf. Not `durable` is for tests only: a crash may then lose or spoil data."""
    speed = "" if durable else FAST
    return f"{SETTINGS}unix_socket_directories = {_quoted(sockets)}\n{speed}include_if_exists = 'local.conf'\n"


def admitted(accounts: Iterable[str]) -> str:
    """pg_ident.conf: the operating system's accounts that may take our roles."""
    return "".join(f'wasl  "{account}"  all\n' for account in sorted(set(accounts)))


def _quoted(folder: Path) -> str:
    # A list of folders inside a string: each element in double quotes, the string in single ones.
    element = str(folder).replace('"', '""')
    return "'\"" + element.replace("'", "''") + "\"'"
