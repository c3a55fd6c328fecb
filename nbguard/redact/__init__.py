"""Puts stand-ins in the place of sample data: ``replacements`` makes them, ``redaction`` writes them by spans,
``extraction`` moves whole tables out.
"""
