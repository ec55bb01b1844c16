"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class StaffHasher(Argon2PasswordHasher):
    """Argon2id with the smallest of the equal settings of the OWASP password storage page (2025): 19 MiB, 2 rounds.

    A sign-in then costs about 30 ms of one core and no memory peak that a burst of tries could turn into an outage.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
