"""Integrations tell other systems what happens here: subscriptions to facts, each telling signed, tried again for three
days, kept for a second look and sent again when asked. It hears of facts as every room does, tells ids, codes and
public wording only, and decides nothing about cases.
"""
