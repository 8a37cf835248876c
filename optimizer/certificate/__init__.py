"""
The certificate: prices that prove a plan's bound by weak duality, and the program that checks them.

`write` puts an engine's prices into words that a planner's files use. Everything else here
recomputes the bound from a scenario and such a file, and knows no engine.
"""

from optimizer.certificate.file import read_certificate
from optimizer.certificate.verify import Verdict, verify
from optimizer.certificate.write import write

__all__ = ["Verdict", "read_certificate", "verify", "write"]
