"""HTTP without a framework: requests, responses, caching, quotas (RFC 9110)."""
