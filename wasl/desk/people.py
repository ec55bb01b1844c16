"""Who stands before the desk."""

from django.http import HttpRequest

from wasl.accounts.models import User


def staff(request: HttpRequest) -> User:
    """The person signed in; the doors of the desk let nobody else through."""
    assert isinstance(request.user, User)
    return request.user
