"""One call to a subscriber, through the fence, outside of any transaction."""

import logging
import time
from datetime import datetime

from wasl.core import http
from wasl.integrations import queries, retries, signing
from wasl.integrations.models import Delivery
from wasl.integrations.operations import Tried

logger = logging.getLogger(__name__)


def call(delivery: Delivery, *, at: datetime) -> Tried:
    """Send the bytes of a telling, signed for this moment, and tell what came of it. Raises nothing."""
    began = time.monotonic()
    body = delivery.body.encode()
    try:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            signing.HEADER: signing.sign(body, secrets=queries.secrets_of(delivery.subscription, at=at), at=at),
            signing.DELIVERY_HEADER: delivery.public_id,
            signing.EVENT_HEADER: delivery.kind,
        }
        answer = http.call(
            "POST",
            delivery.subscription.url,
            headers=headers,
            body=body,
            patience=retries.CALL_SECONDS,
            max_answer=retries.MAX_ANSWER,
        )
    except http.Refused as refused:
        return Tried(error=f"refused:{refused.reason}")
    except http.NotReached:
        return Tried(error="not_reached", took=time.monotonic() - began)
    except http.Unheard:
        return Tried(error="no_answer", took=time.monotonic() - began)
    except Exception as error:
        # A fault of our own must end as a visible outcome, not as a lease that runs out for ever.
        logger.exception("A try to tell a subscriber ended in an error", extra={"delivery_id": delivery.pk})
        return Tried(error=type(error).__name__)
    return Tried(
        status=answer.status,
        answer=answer.body[: 4 * 1024].decode("utf-8", "replace"),
        took=time.monotonic() - began,
        asked_wait=retries.asked_wait(answer.headers.get("retry-after", "")),
    )
