"""How the room hears of what came in."""

from wasl.intake.mail import take_mail
from wasl.messaging.receiving import receives

receives("email")(take_mail)
