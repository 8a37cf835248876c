"""Hooks of the contract test: keys that are new, and names of things that are there."""

import os
import uuid

import schemathesis

#: Half of all names that could be right are made so.
THERE = {"plan": os.environ["MTU_PLAN"], "scenario": os.environ["MTU_SCENARIO"], "name": "jakarta"}
COMPARED = ("a", "b")


@schemathesis.hook
def map_headers(context, headers):
    """Every well-formed Idempotency-Key is a new one: one that came before repeats an old answer."""
    key = (headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and key.isascii() and key.isalnum() and len(key) < 150:
        headers["Idempotency-Key"] = f"{key}-{uuid.uuid4().hex}"
    return headers


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of what is read is there; what is changed or deleted is made by the test itself."""
    if context.operation.method.upper() == "GET":
        return {name: _there(name, value) for name, value in (path_parameters or {}).items()}
    return path_parameters


@schemathesis.hook
def map_query(context, query):
    """The same for the plans that are compared."""
    if context.operation.path == "/v1/compare":
        return {name: _there("plan" if name in COMPARED else name, value) for name, value in query.items()}
    return query


def _there(name, value):
    could_be = isinstance(value, str) and value.replace("_", "").replace("-", "").isalnum()
    return THERE[name] if name in THERE and could_be and value.isascii() and len(value) % 2 else value
