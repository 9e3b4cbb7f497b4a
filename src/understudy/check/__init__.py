"""Holding a server to the contract: a plan of cases, the exchanges, and whose fault each violation is."""
