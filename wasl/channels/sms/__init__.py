"""Text messages: their arithmetic (`segments.py`), a gateway that is described by settings instead of code
(`gateway.py`), the adapter that speaks with it, and a simulator for the demo and the tests."""
