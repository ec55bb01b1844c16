"""Accounts is who a member of staff is: sign-in by e-mail address and password, the second factor, sessions and how
they end, the language and digits of the person. It offers people and proof of who they are; what a person may do, and
where, is the matter of `directory`.
"""
