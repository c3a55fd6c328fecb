"""Hygiene: habits that let a credential leak later, or run code that nobody chose."""

from nbguard.detect.hygiene.hygiene_rules import HYGIENE_RULES, HygieneRule

__all__ = ["HYGIENE_RULES", "HygieneRule"]
