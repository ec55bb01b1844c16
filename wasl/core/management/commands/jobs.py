"""`wasl manage jobs list|retry|forget`: jobs that were given up after all their tries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wasl.core import parked_jobs


class Command(BaseCommand):
    help = "List the jobs that were given up, queue them again, or remove them for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["list", "retry", "forget"])
        parser.add_argument("ids", nargs="*", type=int, help="numbers of the jobs; for retry: all when none is given")

    def handle(self, *args: Any, act: str, ids: list[int], **options: Any) -> None:
        getattr(self, f"_{act}")(ids)

    def _list(self, ids: list[int]) -> None:
        rows = parked_jobs.parked_one_by_one()
        for job_id, name, failed_at, attempts in rows:
            self.stdout.write(f"{job_id:>8}  {name:<40} {failed_at} UTC  {attempts}×")
        if not rows:
            self.stdout.write("لا أعمال متروكة. No job was given up.")

    def _retry(self, ids: list[int]) -> None:
        self.stdout.write(f"{parked_jobs.retry(ids or None)} أُعيدت إلى القائمة / queued again")

    def _forget(self, ids: list[int]) -> None:
        if not ids:
            raise CommandError("اكتب أرقام الأعمال: wasl manage jobs forget 12 13. Give the numbers of the jobs.")
        self.stdout.write(f"{parked_jobs.forget(ids)} حُذفت / removed")
