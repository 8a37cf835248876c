"""The service: plan generation over HTTP, for dashboards and offices (see ``api/README.md``)."""
