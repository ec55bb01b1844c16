"""Starts the web process: `wasl web`."""

import os
import resource

import django
import uvicorn

from wasl.config import environment

# Open live streams are cut after this long when the process is asked to stop; browsers come back by themselves.
SECONDS_TO_FINISH = 3


def main() -> None:
    """Serve until told to stop."""
    chosen = environment.read()
    _allow_many_streams()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    django.setup()
    from wasl.operation import watch

    watch.start()
    uvicorn.run(
        "wasl.config.asgi:application",
        host=chosen.bind,
        port=chosen.port,
        log_config=None,  # Django's settings have set the logs
        access_log=False,  # it would write paths, which may hold private links
        proxy_headers=False,  # rooms ask `web.client`, which knows our proxies
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


def _allow_many_streams() -> None:
    """Every open desk is a file of this process, and many systems begin with a limit of 1,024: take what is allowed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
