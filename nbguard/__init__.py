"""nbguard"""
