"""Programs in which many names refer to each other: what a tool that follows values has to follow.

A program is a beginning, a statement that is written as often as fits, and an end. In a statement, `aN` is the name of
its number, `aP` that of the statement before, `aQ` of the one before that, and `aH` of the one half way up; KEY is a
new token each time. Nested ones open something as often as fits, and close it again.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.fake_tokens import FakeTokens

_IONQ = "from qiskit_ionq import IonQProvider\n"
_BEGIN = _IONQ + 'a0 = token0 = "KEY"\n'
_END = "IonQProvider(token=aN)\n"
# Deeper than people nest, and than a parser of Python would go along.
_DEEPEST = 4_000
_MARK = re.compile(r"(?<=[a-z_])[NPQH](?![A-Za-z])|KEY")


class Program(NamedTuple):
    """What is written once at first, then so often, and once at last; ``closing`` as often as the statement, behind
    what is inside.
    """

    statement: str
    begin: str = _BEGIN
    end: str = _END
    closing: str = ""
    inner: str = "a0"

    @property
    def is_many(self) -> bool:
        """Whether it can be cut between its statements."""
        return self.statement.endswith("\n") and not self.closing

    def cells(self, size: int) -> list[str]:
        """The program of about so many bytes, a cell for each statement; it can't be cut where it is nested."""
        tokens = FakeTokens(7)

        def written(text: str, number: int) -> str:
            names = {"N": number, "P": number - 1, "Q": max(number - 2, 0), "H": number // 2}
            return _MARK.sub(lambda mark: tokens.ionq() if mark[0] == "KEY" else str(names[mark[0]]), text)

        made = [written(self.begin, 0)]
        left, number = size - len(made[0]) - len(self.end), 1
        while left > 0 or number == 1:
            made.append(written(self.statement, number))
            left -= len(made[-1]) + len(self.closing)
            number += 1
            if self.closing and number > _DEEPEST:
                break
        ends = [self.inner + self.closing * (number - 1) if self.closing else "", written(self.end, number - 1)]
        return [*made, *ends] if self.is_many else ["".join([*made, *ends])]


def _many(*statements: str, begin: str = _BEGIN, end: str = _END) -> list[Program]:
    return [Program(statement, begin, end) for statement in statements]


PROGRAMS = (
    # Values that go on from name to name.
    *_many(
        "aN = aP\n",
        "aN = g(aP, aH)\n",
        "aN = aP + aQ\n",
        "aN = aP + aH + 'x'\n",
        "aN = f'{aP}{aH}'\n",
        "aN = aP if aH else aQ\n",
        "aN = aP or aH\n",
        "aN = (aP, aH)[0]\n",
        "aN = '{}{}'.format(aP, aH)\n",
        "aN = '%s-%s' % (aP, aH)\n",
        "aN = ''.join([aP, aH])\n",
        "aN = aP[1:].strip()\n",
        "aN: str = aP\n",
        "aN, bN = bP, aP\n",
        "(aN, [bN, *cN]) = aP, [aH, aQ, aP]\n",
        "aN = bN = cN = aP\n",
        "(aN := aP)\n",
        "aN = [x for x in aP if x in aH]\n",
        "aN = {k: v for k, v in aP.items()}\n",
        "aN = lambda x=aP: aH(x)\n",
        "aN = await aP\n",
        "for aN in aP: pass\n",
        "for aN, bN in zip(aP, aH):\n    cN = aN\n",
        "aN = getattr(aP, 'token')\n",
        "aN = aP.aH\n",
        "del aP; aN = aH\n",
        "import aP as aN\n",
        "from aP import *\naN = aH\n",
        "global aN; aN = aP\n",
        "aN = aP()()()\n",
        "aN = os.environ.get('aN', aP)\n",
        "%env AN=$aP\naN = aH\n",
        "aN = !echo {aP}\n",
        "aN = input(aP)\n",
    ),
    # One name that has many values.
    *_many(
        "a0 = g(a0)\n",
        "a0 += 'x'\n",
        "a0 = a0 + 'x'\n",
        "a0 = 'KEY'\n",
        "if x: a0 = b0\nelse: b0 = a0\n",
        "for x in y:\n    a0 = b0\n    b0 = a0\n",
        "IonQProvider(token=a0)\na0 = b0\n",
        "def f(a0=a0):\n    a0 = b0\n",
        "while a0: a0 = next(a0)\n",
        "a0.append(a0)\n",
        "a0[0] = a0[1]\n",
        "a0 = 'KEY'\nIonQProvider(token=a0)\n",
        "try:\n    a0 = b0\nexcept E:\n    b0 = a0\nelse:\n    a0 = 'x'\nfinally:\n    b0 = a0\n",
        end="IonQProvider(token=a0)\n",
    ),
    # Entries and attributes.
    *_many(
        "d['kN'] = d['kP']\n",
        "d.kN = d.kP\n",
        "d[N] = d[aP]\n",
        "dN = {**dP, 'token': aP}\n",
        "d['kN'] = 'KEY'\n",
        "dN = dict(dP, token=aH)\n",
        "dN = dP | {'kN': dH}\n",
        "d.update(kN=d['kP'])\n",
        "d.setdefault('kN', d['kP'])\n",
        "self.kN = self.kP\n",
        "os.environ['KN'] = os.environ['KP']\n",
        "setattr(d, 'kN', d.kP)\n",
        begin=_IONQ + "d = d0 = {'k0': 'KEY'}\n",
        end="IonQProvider(**dN)\nIonQProvider(token=d['kN'])\nIonQProvider(d.kN)\n",
    ),
    Program("'kN': aN,\n'kP': aH, ", _IONQ + "d = {", "}\nIonQProvider(**d)\nIonQProvider(d['kN'])\n"),
    Program("'kN': 'KEY', ", _IONQ + "d = {", "}\nIonQProvider(d['kN'])\n"),
    Program("aN, ", _BEGIN + "x = [", "'KEY']\nIonQProvider(x[-1])\n"),
    Program("aN=aP, ", _BEGIN + "x = dict(", ")\nIonQProvider(**x)\n"),
    Program("aN + ", _BEGIN + "x = ", "'x'\nIonQProvider(x)\n"),
    Program("'KEY' + ", _BEGIN + "x = ", "'x'\nIonQProvider(x)\n"),
    Program("'x' ", _BEGIN + "x = (", ")\nIonQProvider(x)\n"),
    Program("{aN}", _BEGIN + "x = f'", "'\nIonQProvider(x)\n"),
    Program("aN = ", _BEGIN, "'KEY'\nIonQProvider(aN)\n"),
    Program("aN, ", _BEGIN, "= 'KEY'\nIonQProvider(aN)\n"),
    Program(".aN", _BEGIN + "x = a0", "\nIonQProvider(x)\n"),
    Program("[aN]", _BEGIN + "x = a0", "\nIonQProvider(x)\n"),
    Program("(aN)", _BEGIN + "x = a0", "\nIonQProvider(x)\n"),
    Program("aN if aP else ", _BEGIN + "x = ", "'KEY'\nIonQProvider(x)\n"),
    # Functions, classes, and who calls them.
    *_many(
        "def fN(x=aP):\n    return fP(x)\n",
        "def fN(x):\n    return fP(x) + fH(x)\naN = fN(aP)\n",
        "def fN(token):\n    return IonQProvider(token=token)\nfN(a0)\n",
        "fN = partial(fP, token=aH)\n",
        "@fP\n@fH\ndef fN(token=aP):\n    aN = token\n    return aN\n",
        "def fN():\n    global aN\n    aN = aP\nfN()\n",
        "class cN(cP):\n    token = aP\n    def get(self, x=aH):\n        self.token = x\n        return self.token\n",
        "class cN:\n    aN: str = aP\n    def __init__(self):\n        self.t = cP(self.aN).t\n",
        "fN = lambda x: fP(fH(x))\n",
        "with open(aP) as aN:\n    bN = aN.read()\n",
        "try:\n    aN = aP\nexcept aH as bN:\n    aN = bN\n",
        "fN(fP)(fH)\n",
        "def fN(*args, **kwargs):\n    return fP(*args, **kwargs)\naN = fN(token=aP)\n",
        "def fN(x):\n    return fN(x)\n",
        "match aP:\n    case {'token': aN}:\n        bN = aN\n",
        "async def fN(x):\n    async with fP(x) as y:\n        yield y\n",
    ),
    *_many(
        "connect(aN)\n",
        "aN = connect(aP)\n",
        "connect(token=aP, other=aH)\n",
        "aN = 'KEY'\nconnect(aN)\n",
        "f(aN)\n",
        begin=_IONQ
        + "a0 = 'KEY'\ndef connect(v, token=a0):\n    f(v)\n    return IonQProvider(token=v or token)\n"
        + "def f(x): connect(x)\n",
    ),
    # Calls that take a credential, each time.
    *_many(
        "IonQProvider(token=aN)\n",
        "aN = aP\nIonQProvider(token=aN)\n",
        "IonQProvider(token='KEY')\n",
        "aN = 'KEY'\n",
        "aN = IonQProvider(token=aP)\n",
        "IonQProvider(token=aP + aH)\n",
        "IonQProvider(f'{aP}{aH}')\n",
        "tokenN = tokenP\n",
        "IonQProvider(aP.token['x'])\n",
        "tokenN = g(tokenP, tokenH)\n",
        "tokenN = 'KEY'\n",
        "password_N = 'xN' + password_P\n",
        "aN = 'KEY'\nIonQProvider(token=aN)\n",
        "aN = {'token': 'KEY'}\nIonQProvider(**aN)\n",
        "%env IONQ_API_KEY=$aN\n",
        "headers = {'Authorization': 'Bearer ' + aN}\n",
        "requests.get(u, auth=(aP, aH))\n",
        "os.environ['IONQ_API_KEY'] = aN\n",
        end="IonQProvider(token=a0)\n",
    ),
    # Nested.
    Program("f(", _BEGIN + "x = ", "\nIonQProvider(x)\n", ")"),
    Program("[", _BEGIN + "x = ", "\nIonQProvider(x)\n", "]"),
    Program("{'k': ", _BEGIN + "x = ", "\nIonQProvider(x)\n", "}"),
    Program("lambda a: (", _BEGIN + "x = ", "\nIonQProvider(x)\n", ")"),
    Program("f(aN, ", _BEGIN + "x = ", "\nIonQProvider(x)\n", ")"),
    Program("IonQProvider(token=", _BEGIN + "x = ", "\nIonQProvider(x)\n", ")"),
    Program("not ", _BEGIN + "x = ", "\nIonQProvider(x)\n", " "),
    Program("(a0 + ", _BEGIN + "x = ", "\nIonQProvider(x)\n", ")"),
    Program("aN[", _BEGIN + "x = ", "\nIonQProvider(x)\n", "]"),
)
