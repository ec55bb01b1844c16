"""Messaging keeps what was written to us and by us: channel accounts, raw deliveries exactly as they arrived,
conversations and their messages with the state of delivery. It offers taking in a raw delivery, finding the
conversation a reply belongs to, and sending a message at least once under one dedupe key. It knows no case and chooses
no words: what a delivery means is decided by `intake`, what people are told by `notices`.
"""
