"""Programs with keys, knocking at the JSON interface, for tests."""

import json
from typing import Any

from django.test import Client

from wasl.accounts.models import User
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO
from wasl.partners import operations as partners
from wasl.partners.models import ApiKey, Scope

EVERYTHING = [Scope.CATALOGUE_READ, Scope.CASES_READ, Scope.CASES_CREATE, Scope.CASES_ACT]


class Program:
    """A program with one key; every answer is checked to be what a program can read."""

    def __init__(self, api_key: ApiKey, secret: str) -> None:
        self.api_key, self.secret, self.client = api_key, secret, Client(raise_request_exception=True)

    def ask(self, method: str, path: str, body: Any = None, *, language: str = "en", **headers: str) -> Any:
        """Send a request to /api/v1/…; `headers` like If_Match='"v1"'."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.secret}", "Accept-Language": language} | told
        content = json.dumps(body) if isinstance(body, dict | list) else body or ""
        address = path if path.startswith("/") else f"/api/v1/{path}"
        type_ = sent.pop("Content-Type", "application/json")
        return self.client.generic(method, address, content, content_type=type_, headers=sent)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, body, **more)

    def act(self, case: Any, act: str, body: Any = None, **more: Any) -> Any:
        """Do an act to the case as it is now."""
        case.refresh_from_db()
        return self.post(f"cases/{case.reference}/acts/{act}", body, **{"If_Match": f'"v{case.version}"'} | more)


def make_program(
    agency: Agency, *, user: User | None = None, scopes: list[str] | None = None, name: str = "تطبيق", **more: Any
) -> Program:
    """A program with a key of these scopes, all but personal data unless told otherwise."""
    chosen = [str(scope) for scope in (EVERYTHING if scopes is None else scopes)]
    more = {"per_minute": 60_000} | more
    issued = partners.issue_key(agency, name=name, scopes=chosen, user=user, by=None, at=LONG_AGO, **more)
    return Program(issued.api_key, issued.secret)
