"""Understudy beside Prism, connexion and a bare Starlette app: `python -m bench`."""
