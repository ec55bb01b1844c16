"""The live stream: open staff pages hear at once what changed, over one SSE connection per person.

`app` is the asynchronous door `/live/stream`, mounted beside Django; nothing in here uses the ORM. One connection per
process listens to PostgreSQL (`feed`), one hub hands each fact to the streams that may hear it (`hub`), a few pooled
connections look up sessions, scopes and missed facts (`visitors`). A fact carries ids and codes, never words.
"""

from wasl.web.live.door import app

__all__ = ["app"]
