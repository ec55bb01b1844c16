"""Integrations tell other systems what happens here: subscriptions to facts, each delivery signed, tried again for three
days and kept for a second look. It hears of facts as everybody does and decides nothing about cases.
"""
