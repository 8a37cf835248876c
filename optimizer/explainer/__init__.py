"""
Why requests are not served: reasons that are computed from the rules and the score, not guessed.

``impossible`` holds reasons that no plan could mend, ``taken`` who holds the slots, and
``worthwhile`` what a single exchange would bring; ``cells`` and ``exchange`` do the sums.
"""

from optimizer.explainer.unserved import Exchange, explain, improving_insertions

__all__ = ["Exchange", "explain", "improving_insertions"]
