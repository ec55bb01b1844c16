"""Contacts holds the people, companies and bodies who reach an agency, and the addresses at which they are reached.

It offers finding or making the beneficiary behind a claim (name, phone, e-mail) without ever letting an unproven claim
touch somebody else's record, reading and masking of phones and e-mails, and erasure. It knows no case and no message.
"""
