"""Verification is proof by a secret sent to an address: one-use tokens with one purpose and an end, and the pages
behind invitations and password resets. It sends nothing itself; it tells others that there is something to send.
"""
