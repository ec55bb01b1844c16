"""What the health page and the figures ask."""

from datetime import datetime

from wasl.operation.models import Alert, Backup


def last_backup() -> Backup | None:
    """The newest backup that succeeded."""
    return Backup.objects.filter(succeeded=True).order_by("-at", "-pk").first()


def last_failed_backup(*, since: datetime) -> Backup | None:
    """The newest try after that moment that failed."""
    return Backup.objects.filter(succeeded=False, at__gt=since).order_by("-at", "-pk").first()


def since_when() -> dict[str, datetime]:
    """Since when each finding stands as it does, by its code."""
    return dict(Alert.objects.values_list("code", "since"))


def newest_backups(limit: int = 7) -> list[Backup]:
    """The last tries, newest first."""
    return list(Backup.objects.order_by("-at", "-pk")[:limit])
