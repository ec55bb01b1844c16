"""The console command `wasl`."""

import os
import sys
from collections.abc import Callable
from importlib import import_module

import wasl
from wasl.config import environment, guard
from wasl.config.backup.unfinished import refuse_unfinished
from wasl.config.runner.progress import tell
from wasl.core.refusal import Refusal

HELP = """\
Wasl (وصل)

  wasl run                     start everything on this machine            شغّل كل شيء على هذا الجهاز
  wasl backup [PLACE]          database, files and keys into a folder or .tar  نسخة احتياطية
  wasl restore FILE --home NEW an empty machine becomes that house          استرجاع نسخة
  wasl prepare                 tables and browser files, before the processes  تجهيز الجداول والملفات
  wasl check                   look whether all is well, and say what isn't  افحص الإعدادات والقاعدة والملفات
  wasl demo accounts [--json]  people, roles and passwords of the demo     حسابات التجربة
  wasl simulate sms            a provider of text messages on this machine  محاكي الرسائل النصية
  wasl config export [-o F]    the set-up of an agency as a YAML file       إعدادات الجهة في ملف
  wasl config import F         bring such a file in (--dry-run: only look)  استورد ملف الإعدادات
  wasl import cases FILE       the history of another system (--dry-run)    استورد تاريخ نظام سابق
  wasl import open311 URL      the requests of another city's server        استورد من خادم مدينة أخرى
  wasl apikey create|revoke|list  keys of programs that speak to Wasl        مفاتيح البرامج
  wasl export cases            the cases of an agency as a file             طلبات جهة في ملف
  wasl audit verify | head     is the audit log what it was; its newest seal  سلامة سجل التدقيق
  wasl manage COMMAND …        Django's management commands                أوامر الإدارة
  wasl web | worker | mail     one process alone, for a supervisor of yours  عملية واحدة وحدها
  wasl --version

Settings come from the environment: docs/settings.md
"""
OWNER_COMMANDS = ("migrate", "flush")  # what only the owner of the tables may do


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says; ends the process with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    name, rest = (given[0], given[1:]) if given else ("--help", [])
    command = COMMANDS.get(name)
    if command is None:
        print(f"wasl: there is no command {name!r}\n\n{HELP}", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(command(rest))
    except Refusal as refusal:
        tell(refusal)
        sys.exit(1)


def _help(arguments: list[str]) -> int:
    print(HELP)
    return 0


def _version(arguments: list[str]) -> int:
    print(wasl.__version__)
    return 0


def _run(arguments: list[str]) -> int:
    from wasl.config.runner.run import main as run

    return run()


def _process(module: str) -> Callable[[list[str]], int]:
    def start(arguments: list[str]) -> int:
        _use_home()
        guard.refuse_demo_in_production(environment.read())
        import_module(module).main()
        return 0

    return start


def _manage(arguments: list[str]) -> int:
    if arguments and arguments[0] in OWNER_COMMANDS:
        os.environ.setdefault("WASL_DB_ROLE", "owner")
    _use_home()
    from django.db import OperationalError

    from wasl.config.manage import main as manage

    try:
        manage(arguments)
    except OperationalError as error:
        raise database_away(error) from error
    return 0


def _demo(arguments: list[str]) -> int:
    return _manage(["demo", *arguments])


def _simulate(arguments: list[str]) -> int:
    from wasl.config.simulate import main as simulate

    return simulate(arguments)


def _config(arguments: list[str]) -> int:
    return _manage(["config", *arguments])


def _apikey(arguments: list[str]) -> int:
    return _manage(["apikey", *arguments])


def _export(arguments: list[str]) -> int:
    return _manage(["export", *arguments])


def _audit(arguments: list[str]) -> int:
    chosen = environment.read()
    _use_home()
    from wasl.config.runner.run import database_running

    with database_running(chosen):
        return _manage(["audit", *arguments])


def _import(arguments: list[str]) -> int:
    chosen = environment.read()
    _use_home()
    from wasl.config.runner.run import database_running

    with database_running(chosen):
        return _manage(["import_history", *arguments])


def _check(arguments: list[str]) -> int:
    _use_home()
    from wasl.config.checkup import main as check

    return check()


def _prepare(arguments: list[str]) -> int:
    chosen = environment.read()
    _use_home()
    from wasl.config.runner.run import prepare

    return prepare(chosen)


def _backup(arguments: list[str]) -> int:
    chosen = environment.read()
    _use_home()
    from wasl.config.backup.make import main as backup
    from wasl.config.runner.run import database_running

    with database_running(chosen):
        return backup(arguments, chosen=chosen)


def _restore(arguments: list[str]) -> int:
    from wasl.config.backup.restore import main as restore

    return restore(arguments)


def database_away(error: Exception) -> Refusal:
    """What to do about a database that cannot be reached."""
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return Refusal(
        f"لا يمكن الوصول إلى قاعدة البيانات. شغّل «wasl run» في نافذة أخرى، أو راجع DATABASE_URL. ({why})",
        f"The database cannot be reached. Start `wasl run` in another window, or look at DATABASE_URL. ({why})",
    )


def _use_home() -> None:
    """Let settings and processes find the home's own database where no other was named."""
    chosen = environment.read()
    refuse_unfinished(chosen.home)
    os.environ["WASL_HOME"] = str(chosen.home)
    if chosen.has_embedded_database:
        os.environ["DATABASE_URL"] = chosen.database_url_for("app")
        os.environ["WASL_OWNER_DATABASE_URL"] = chosen.database_url_for("owner")


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "--help": _help,
    "-h": _help,
    "help": _help,
    "--version": _version,
    "run": _run,
    "web": _process("wasl.config.server"),
    "worker": _process("wasl.config.worker"),
    "mail": _process("wasl.config.mail"),
    "manage": _manage,
    "demo": _demo,
    "config": _config,
    "export": _export,
    "apikey": _apikey,
    "audit": _audit,
    "simulate": _simulate,
    "import": _import,
    "check": _check,
    "prepare": _prepare,
    "backup": _backup,
    "restore": _restore,
}


if __name__ == "__main__":
    main()
