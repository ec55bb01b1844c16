"""Operation tells whoever keeps Wasl running how it fares: the health page in sentences, figures for a collector,
alerts by mail. Each room brings its own probes; operation asks them, shows the answers and warns. It mends nothing
itself.
"""
