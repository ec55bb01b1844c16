"""Under which names the demo's agencies write text messages, and how the simulator's calls are addressed to them."""

DEMO_SENDERS = {"MUSCAT": "demo-mun", "HOUSING": "demo-hou"}
AGENCY_SENDERS = {"MUN": "MUSCAT", "HOU": "HOUSING"}
