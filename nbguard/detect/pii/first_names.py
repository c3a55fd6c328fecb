"""First names that are common in Europe, the Americas and India: they tell people from other capitalised words."""

from __future__ import annotations

import unicodedata

# Without accents. Names that are common words of physics or places (Max, Bell, Grace, Florence) are left out.
FIRST_NAMES = frozenset("""
    adam adrian agnes ahmed alain alan albert alberto alejandro alessandro alex alexander alexandra alexandre alfred
    ali alice alicia amanda amelie amit amy ana anders andre andrea andreas andrew andrzej angela anil anita anja ann
    anna annabel anne annika anthony antoine anton antonio arjun arthur astrid barbara beatrice ben benjamin bernard
    bernd bjorn bob bradley brandon brian bruno camille carl carla carlos carmen carol caroline catherine cecile
    celine charles charlotte chiara chloe chris christian christina christine christoph christopher claire clara
    claude claudia clemens colin cristina cynthia daniel daniela daniele dave david davide deborah denis dennis
    diana diego dieter dirk dominik donald donna doris dorothea edward elena eleanor elisabeth elizabeth ella elsa
    emil emilia emily emma enrico eric erik erika ernst esther eugene eva evelyn fabian fabio fatima federico felix
    fernando filip florian francesca francesco francisco francois frank franz frederic frederik friedrich gabriel
    gabriele gary geoffrey george gerard gerhard giorgio giovanni giulia giuseppe gordon greta guillaume gunther
    gustav hanna hannah hannes hans harald harry heather heidi heike heinrich helen helena helene helga henri henrik
    henry herbert holger hugo ian ines inga ingrid isabel isabella isabelle ivan jack jacob jacques jakob james jan
    jana jane janet jason javier jean jeff jeffrey jennifer jens jeremy jessica joan joao joanna jochen johan johann
    johanna johannes john jonas jonathan jorge jose joseph joshua juan judith julia julian juliane julie julien
    julius jurgen justin karen karin karl karolina katarzyna kate katharina katherine kathleen katrin keith kenneth
    kevin kim kimberly klara klaus krzysztof kumar kurt lars larry laura lauren laurent lea lena leo leon leonie lisa
    liam lorenzo louis louise luca lucas lucia lucie luis luisa luise lukas lydia maciej magdalena manfred manuel
    marc marcel marco marcus margaret maria marie marina mario marion mark marko markus marta martha martin martina
    mary mathias matteo matthew matthias maurice mehmet melanie melissa mia michael michal michel michele michelle
    miguel mohamed mohammed monica monika nancy natalie nathalie nathan nicholas nick nico nicola nicolas nicole
    niels nikolaus nils nina noah nora oliver olivia olivier olga oscar oskar otto pablo paolo pascal patricia
    patrick paul paula pauline pedro peter petra philip philipp philippe pierre piotr priya rachel rafael rahul raj
    ralf ralph raphael raymond rebecca renate rene ricardo richard rita robert roberto robin roger roland romain
    ronald rosa roy ruth ryan sabine samantha samuel sandra sandro sara sarah scott sebastian sergio sharon silke
    silvia simon simone sofia sonia sophia sophie stefan stefanie stefano stephan stephanie stephen steven sunita
    susan susanne sven sylvie tanja teresa thea theo theresa thomas tim timo timothy tobias tom tomasz tyler udo ulrich
    ursula ute valentina valerie vanessa vera veronica veronique victor victoria vijay viktor vincent virginie walter
    werner wilhelm william wolfgang xavier yannick yves yvonne zoe
""".split())  # fmt: skip  # noqa: SIM905


def has_first_name(value: str) -> bool:
    """Whether one of a name's words is a common first name."""
    folded = unicodedata.normalize("NFKD", value.lower()).encode("ascii", "ignore").decode()
    return any(word in FIRST_NAMES for word in folded.replace("-", " ").replace(",", " ").split())
