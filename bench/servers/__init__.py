"""What Understudy is measured beside: one small ASGI app per file."""
