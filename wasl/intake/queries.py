"""Questions about what came in."""

from wasl.cases.models import Case
from wasl.directory.models import Agency
from wasl.intake.models import Submission


def case_of_key(agency: Agency, *, door: str, key: str) -> Case | None:
    """The case an earlier sending with this key made, whenever that was."""
    submission = Submission.objects.filter(agency=agency, door=door, key=key).select_related("case__agency").first()
    return submission.case if submission else None
