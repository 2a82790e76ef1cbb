"""Signatures of a run: a key vouches for its manifest and for what was recorded until then."""

from sitewatch.evidence.signing.keys import fingerprint, private_key, public_key
from sitewatch.evidence.signing.seals import NAMESPACE, check_signatures, sign

__all__ = ["NAMESPACE", "check_signatures", "fingerprint", "private_key", "public_key", "sign"]
