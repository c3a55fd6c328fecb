"""Cells with a token in them, as people write them."""


def ionq(token: str) -> str:
    return f'from qiskit_ionq import IonQProvider\nprovider = IonQProvider("{token}")'


def dwave(token: str) -> str:
    return f'from dwave.system import DWaveSampler\nsampler = DWaveSampler(token="{token}")'


def lookup(reference: str) -> str:
    return f'from nbguard import secret\nkey = secret("{reference}")'
