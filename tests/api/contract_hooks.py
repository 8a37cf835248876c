"""Hooks of the contract test: an Idempotency-Key that came before would repeat an old answer."""

import uuid

import schemathesis


@schemathesis.hook
def map_headers(context, headers):
    """Every well-formed key is a new one."""
    key = (headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and key.isascii() and key.isalnum() and len(key) < 150:
        headers["Idempotency-Key"] = f"{key}-{uuid.uuid4().hex}"
    return headers
