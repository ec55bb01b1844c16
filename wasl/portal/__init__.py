"""The portal is the citizens' site: report in four steps, follow with a number or a private link, find a service.

It offers pages only, which work without JavaScript and keep an unsent report in a draft of their own. It decides
nothing about cases: it asks `intake` to register a report and `cases` to do what the citizen asks for.
"""
