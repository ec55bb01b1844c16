"""Cases is the heart: what we owe an answer to. It registers a case with its number, clocks and first referral, lets
staff classify, refer, accept, ask, schedule, resolve, reopen and merge it, and tells its timeline, internal and public.
It does not know how a case came in (intake, portal), who may see which page (desk) or how a promise is computed (sla).
"""
