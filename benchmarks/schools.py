"""Invented schools with hard corruptions, for the measures of ``benchmarks/matching.py``.

Nothing here is used by the program. Names are drawn with the skew of real registers (a few MARTIN, a long tail), part
of them made of syllables so that no table of the program knows them. Every export writes every person anew, with its
own slips, and the truth (record → account) is kept beside.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from diagnostics.model import Export, Kind, Origin, Profile, Record, Relation


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = _words("""
MARTIN BERNARD DUBOIS THOMAS ROBERT RICHARD PETIT DURAND LEROY MOREAU SIMON LAURENT LEFEBVRE MICHEL GARCIA DAVID
BERTRAND ROUX VINCENT FOURNIER MOREL GIRARD ANDRE MERCIER DUPONT LAMBERT BONNET FRANCOIS MARTINEZ LEGRAND GARNIER
FAURE ROUSSEAU BLANC GUERIN MULLER HENRY ROUSSEL NICOLAS PERRIN MORIN MATHIEU CLEMENT GAUTHIER DUMONT LOPEZ FONTAINE
CHEVALIER ROBIN MASSON SANCHEZ GERARD NGUYEN BOYER DENIS LEMAIRE DUVAL JOLY GAUTIER ROGER ROCHE ROY NOEL MEYER LUCAS
MEUNIER JEAN PEREZ MARCHAND DUFOUR BLANCHARD MARIE BARBIER BRUN DUMAS BRUNET SCHMITT LEROUX COLAS FERNANDEZ PIERRE
RENARD ARNAUD ROLLAND CARON AUBERT GIRAUD LECLERC VIDAL BOURGEOIS RENAUD LEMOINE PICARD GAILLARD PHILIPPE LECLERCQ
LACROIX FABRE DUPUIS OLIVIER RODRIGUEZ DASILVA HUBERT LOUIS CHARLES GUILLOT RIVIERE LEGALL GUILLAUME ADAM REY MOULIN
GONZALEZ BERGER LECOMTE MENARD FLEURY DESCHAMPS CARPENTIER JULIEN BENOIT PARIS MAILLARD MARCHAL AUBRY VASSEUR LEROUX
RENAULT PREVOST JACQUET COLLET MALLET HERVE CHARPENTIER ROYER PERROT POIRIER DANIEL ETIENNE WEBER KLEIN TRAORE DIALLO
COULIBALY DIOP NDIAYE CAMARA KONATE SYLLA SOW BA BARRY CISSE KEITA TOURE BENALI BELHADJ CHERIF HADDAD KHELIFI MANSOURI
AMRANI BOUZID SAIDI HAMIDI YILMAZ KAYA DEMIR SAHIN OZTURK CELIK PEREIRA FERREIRA SANTOS OLIVEIRA GOMES RIBEIRO TRAN
PHAM LE LY HUYNH
""")
COMMON = [1 / (rank + 6) for rank in range(len(SURNAMES))]
"""The commonest surname of France has six bearers for one of the two-hundredth."""
PARTICLED = """
DE LA TOUR|LE GOFF|LE ROUX|LE GALL|BEN ALI|BEN SALAH|EL AMRANI|EL IDRISSI|DA SILVA|DOS SANTOS|DE OLIVEIRA|DI MARCO|
VAN DEN BERG|VAN DAMME|D'ALMEIDA|N'GUESSAN|O'CONNOR|AIT AHMED|DE SAINT MARTIN|DU BOIS|DES ROCHES|LA ROCHE|MAC LEOD|
DE LA CROIX|BENT YOUSSEF
""".replace("\n", "").split("|")
BOYS = _words("""
Gabriel Raphaël Léo Louis Lucas Adam Hugo Jules Arthur Maël Noah Liam Ethan Paul Nathan Sacha Tom Mathis Théo Enzo
Nolan Timéo Mohamed Yanis Antoine Maxime Alexandre Baptiste Clément Romain Julien Nicolas Kévin Thomas Quentin
Valentin Jérémy Rayan Ibrahim Youssef Amine Mehdi Ilyes Ayoub Bilal Hamza Moussa Mamadou Ousmane Matthieu Étienne
Grégoire Loïc Gaël Jérôme Stéphane Frédéric Sébastien Christophe Jean-Baptiste Jean-Marc Jean-Luc Pierre-Yves
Marc-Antoine Philippe Laurent Pascal Éric Thierry Alain Bernard Michel Patrick Olivier Bruno Didier Gilles Vincent
Emmanuel Lyès Rémi Noé Léon Elias Isaac Eden Naël Ismaël Aaron Kaïs Côme Gaspard Augustin Marius Victor
""")
GIRLS = _words("""
Jade Louise Emma Alice Ambre Lina Rose Chloé Mia Léa Anna Mila Julia Inès Lola Juliette Agathe Manon Zoé Camille Sarah
Eva Lou Nina Jeanne Romane Lucie Charlotte Margaux Clara Louna Maëlys Noémie Océane Marie Mathilde Pauline Justine
Élise Hélène Céline Aurélie Émilie Stéphanie Nathalie Isabelle Sandrine Valérie Véronique Sylvie Christine Catherine
Sophie Delphine Karine Laëtitia Virginie Fatima Aïcha Khadija Yasmine Amina Salma Nour Assia Imane Soumaya Aminata
Fatoumata Mariam Anne-Sophie Marie-Lou Anne-Laure Marie-Claire Lou-Ann Marie-Christine Françoise Martine Brigitte
Monique Florence Élodie Mélanie Gaëlle Maëlle Solène Éloïse Léonie Capucine Apolline Victoire Adèle Zélie Lya Elsa
Lana Alma Maya Yaëlle Fanny Cécile Béatrice Agnès Geneviève
""")
PAIRS = {
    "Alexandre": "Alex", "Christophe": "Chris", "Nicolas": "Nico", "Matthieu": "Mathieu", "Mohamed": "Mohammed",
    "Frédéric": "Fred", "Stéphanie": "Steph", "Isabelle": "Isa", "Ibrahim": "Brahim", "Youssef": "Youcef",
    "Ilyes": "Ilyas", "Sarah": "Sara", "Inès": "Ines", "Aminata": "Amina", "Khadija": "Khadidja", "Emmanuel": "Manu",
    "Élisabeth": "Lise", "Thomas": "Tom", "Théo": "Teo", "Mathis": "Matisse", "Yasmine": "Yasmina", "Éric": "Erik",
    "Margaux": "Margot", "Sébastien": "Seb", "Maxime": "Max", "Aurélie": "Aurely", "Mariam": "Meryem",
    "Fatoumata": "Fatou", "Rayan": "Rayane", "Ousmane": "Othmane", "Catherine": "Cathy", "Philippe": "Filipe",
}  # fmt: skip
CONSONANTS, VOWELS = "BCDFGLMNPRSTV", ("A", "E", "I", "O", "U", "AI", "OU", "AU", "EI", "IN", "AN", "ON", "E", "A")
ENDINGS = ("", "", "T", "R", "L", "N", "UX", "RD", "LLE", "TTE", "Z", "S")
AZERTY = {"A": "ZQ", "Z": "AES", "E": "ZR", "R": "ET", "T": "RY", "Y": "TU", "U": "YI", "I": "UO", "O": "IP", "P": "OM",
          "Q": "AS", "S": "QD", "D": "SF", "F": "DG", "G": "FH", "H": "GJ", "J": "HK", "K": "JL", "L": "KM", "M": "LP",
          "W": "X", "X": "WC", "C": "XV", "V": "CB", "B": "VN", "N": "B"}  # fmt: skip


@dataclass
class Human:
    number: int
    profile: Profile
    surname: str
    given: str
    birth: str
    sex: str
    usage: str = ""
    second: str = ""
    division: str = ""
    children: list[Human] = field(default_factory=list)
    ine: str = ""
    account: bool = True
    in_sources: bool = True
    place: str = ""


@dataclass
class School:
    exports: tuple[Export, ...]
    truth: dict[tuple[str, int], str]
    """(export id, line) → uid of the account; absent from the mapping: nobody."""
    traps: dict[tuple[str, int], str]
    size: int


class Maker:
    """One invented school; everything follows from the seed."""

    def __init__(self, seed: int, pupils: int = 700, *, dated: bool = True, ids: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.pupils_wanted = pupils
        self.dated = dated
        self.ids = ids
        self.tail = [self.made_surname() for _ in range(1500)]
        self.made_given = {sex: [self.made_given_name(sex) for _ in range(120)] for sex in "MF"}
        self.humans: list[Human] = []

    def made_surname(self) -> str:
        r = self.random
        return "".join(r.choice(CONSONANTS) + r.choice(VOWELS) for _ in range(r.randint(2, 3))) + r.choice(ENDINGS)

    def made_given_name(self, sex: str) -> str:
        r = self.random
        stem = "".join(r.choice(CONSONANTS) + r.choice("aeiou") for _ in range(2)).capitalize()
        stem = stem[0] + stem[1:].lower()
        return stem + r.choice(("n", "l", "s", "k", "an", "el") if sex == "M" else ("na", "line", "ria", "lle", "sa"))

    def surname(self) -> str:
        r = self.random
        draw = r.random()
        if draw < 0.55:
            return r.choices(SURNAMES, COMMON)[0]
        if draw < 0.62:
            return r.choice(PARTICLED)
        if draw < 0.70:
            return f"{r.choice(SURNAMES)}-{r.choice(SURNAMES)}"
        return r.choice(self.tail)

    def given(self, sex: str) -> str:
        r = self.random
        if r.random() < 0.15:
            return r.choice(self.made_given[sex])
        names = BOYS if sex == "M" else GIRLS
        return names[int(r.expovariate(1 / 35)) % len(names)]

    def birth(self, low: int, high: int) -> str:
        day = date(low, 1, 1) + timedelta(days=self.random.randrange((high - low + 1) * 365))
        return day.isoformat()

    def human(self, profile: Profile, surname: str, low: int, high: int, sex: str = "") -> Human:
        sex = sex or self.random.choice("MF")
        human = Human(len(self.humans), profile, surname, self.given(sex), self.birth(low, high), sex)
        human.second = self.given(sex) if self.random.random() < 0.3 else ""
        human.place = str(self.random.randrange(10**8))
        self.humans.append(human)
        return human

    def pupil(self, surname: str, like: Human | None = None) -> Human:
        r = self.random
        level = r.randrange(4)
        made = self.human(Profile.ELEVE, surname, 2010 + level, 2010 + level)
        if like is not None:
            made.birth = like.birth
            level = int(like.birth[:4]) - 2010
        made.division = f"{'3456'[level]}{r.choice('ABCDEFG')}"
        made.ine = f"{r.randrange(10**9):09d}{r.choice('ABCDEFGH')}{r.choice('ABCDEFGH')}"
        return made

    def family(self) -> None:
        r = self.random
        surname = self.surname()
        father = self.human(Profile.PARENT, surname, 1970, 1990, "M")
        mother_birth = self.surname()
        mother = self.human(Profile.PARENT, mother_birth, 1970, 1990, "F")
        if r.random() < 0.6:
            mother.usage = surname
        elif r.random() < 0.2:
            mother.usage = f"{mother_birth}-{surname}"
        children = 1 + (r.random() < 0.35) + (r.random() < 0.08)
        child_surname = f"{surname}-{mother_birth}" if r.random() < 0.08 else surname
        first: Human | None = None
        for _ in range(children):
            twin = first is not None and r.random() < 0.15
            child = self.pupil(child_surname, first if twin else None)
            if first is not None and child.given == first.given:
                child.given = self.made_given_name(child.sex)
            if twin and r.random() < 0.3 and first is not None:
                child.given = self.similar(first.given)
            if twin and first is not None and r.random() < 0.6:
                child.division = first.division
            first = first or child
            for parent in (father, mother):
                parent.children.append(child)
        if r.random() < 0.02:
            assert first is not None
            (father if first.sex == "M" else mother).given = first.given
        if r.random() < 0.15:
            father.in_sources = father.account = False

    def similar(self, given: str) -> str:
        """The given name that parents of twins find next to another."""
        table = {"Léo": "Léa", "Théo": "Thélio", "Mathis": "Mathias", "Lina": "Lana", "Emma": "Emmy", "Louis": "Louise"}
        return table.get(given, given[:-1] + ("o" if given[-1] != "o" else "a"))

    def populate(self) -> None:
        r = self.random
        while sum(h.profile is Profile.ELEVE for h in self.humans) < self.pupils_wanted:
            self.family()
        pupils = [h for h in self.humans if h.profile is Profile.ELEVE]
        for _ in range(max(1, len(pupils) // 80)):
            model = r.choice(pupils)
            homonym = self.pupil(model.surname)
            homonym.given, homonym.sex = model.given, model.sex
        for _ in range(max(2, len(pupils) // 11)):
            teacher = self.human(Profile.ENSEIGNANT, self.surname(), 1960, 1998)
            if teacher.sex == "F" and r.random() < 0.5:
                teacher.usage = self.surname()
        for _ in range(max(1, len(pupils) // 45)):
            self.human(Profile.NON_ENSEIGNANT, self.surname(), 1960, 1998)
        teachers = [h for h in self.humans if h.profile is Profile.ENSEIGNANT]
        for _ in range(max(1, len(teachers) // 25)):
            model = r.choice(teachers)
            homonym = self.human(Profile.ENSEIGNANT, model.surname, 1960, 1998, model.sex)
            homonym.given = model.given
        for human in self.humans:
            if r.random() < 0.045:
                human.account = False
            elif r.random() < 0.05:
                human.in_sources = False

    # What each export makes of a person.

    def typed(self, human: Human, hardness: float, *, married: float = 0.5) -> tuple[str, str, str, str]:
        """(surname, usage name, given names, trap) as one export writes them."""
        r = self.random
        surname, usage, given, trap = human.surname, human.usage, human.given, ""
        if usage and r.random() < married:
            surname, usage, trap = usage, "", "nom d'usage seul"
        elif usage and r.random() < 0.15:
            usage, trap = "", "nom de naissance seul"
        if r.random() >= hardness:
            return surname, usage, given, trap
        for _ in range(1 if r.random() < 0.85 else 2):
            kind, change = r.choice(CORRUPTIONS)
            surname, given = change(self, human, surname, given)
            trap = kind
        return surname, usage, given, trap

    def dated_as(self, human: Human, missing: float, hardness: float) -> str:
        r = self.random
        if r.random() < missing:
            return ""
        year, month, day = human.birth.split("-")
        if r.random() >= hardness:
            return human.birth
        draw = r.randrange(5)
        if draw == 0 and int(day) <= 12:
            return f"{year}-{day}-{month}"
        if draw == 1:
            return f"{year}-01-01"
        if draw == 2:
            return f"{int(year) + r.choice((-1, 1))}-{month}-{day}"
        if draw == 3:
            return f"{year}-{month}-{max(1, min(28, int(day) + r.choice((-1, 1, 10, -10)))):02d}"
        return f"{year}-{max(1, min(12, int(month) + r.choice((-1, 1)))):02d}-{min(28, int(day)):02d}"

    def class_as(self, human: Human, style: int, moved: float) -> str:
        r = self.random
        if not human.division:
            return ""
        level, letter = human.division[0], human.division[1:]
        if r.random() < moved:
            letter = r.choice("ABCDEFG")
        return (f"{level}{letter}", f"{level} {letter}", f"{level}EME {letter}", f"{level}e{letter}")[style]


def _slip(r: random.Random, word: str) -> str:
    if len(word) < 3:
        return word
    place = r.randrange(1, len(word))
    kind = r.randrange(5)
    letter = word[place]
    if kind == 0:
        return word[:place] + letter + word[place:]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2 and place + 1 < len(word):
        return word[:place] + word[place + 1] + letter + word[place + 2 :]
    near = AZERTY.get(letter.upper(), "E")
    other = r.choice(near)
    return word[:place] + (other if letter.isupper() else other.lower()) + word[place + 1 :]


def _plain(value: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", value) if not unicodedata.combining(c))


def _mojibake(value: str) -> str:
    return value.encode("utf-8").decode("cp1252", errors="replace")


def _half(r: random.Random, surname: str) -> str:
    parts = [part for part in surname.replace("-", " ").split() if len(part) > 3]
    return r.choice(parts) if len(parts) > 1 else surname


def _truncate_given(r: random.Random, given: str) -> str:
    if "-" in given:
        return given.split("-")[0]
    return given[: max(3, len(given) // 2 + 1)] if r.random() < 0.3 else given


def _initial(given: str) -> str:
    return "-".join(part[0] + "." for part in given.split("-"))


Change = Callable[[Maker, Human, str, str], tuple[str, str]]
CORRUPTIONS: Sequence[tuple[str, Change]] = (
    ("frappe nom", lambda m, h, s, g: (_slip(m.random, s), g)),
    ("frappe nom", lambda m, h, s, g: (_slip(m.random, s), g)),
    ("frappe prénom", lambda m, h, s, g: (s, _slip(m.random, g))),
    ("frappe prénom", lambda m, h, s, g: (s, _slip(m.random, g))),
    ("accents", lambda m, h, s, g: (_plain(s), _plain(g))),
    ("majuscules", lambda m, h, s, g: (s, _plain(g).upper())),
    ("accents détruits", lambda m, h, s, g: (s, "".join(c if c.isascii() else "?" for c in g))),
    ("accents disparus", lambda m, h, s, g: (s, "".join(c for c in g if c.isascii()))),
    ("mojibake", lambda m, h, s, g: (s, _mojibake(g))),
    ("inversion", lambda m, h, s, g: (g, s)),
    ("moitié", lambda m, h, s, g: (_half(m.random, s), g)),
    ("tirets", lambda m, h, s, g: (s.replace("-", " ").replace("'", " "), g.replace("-", " "))),
    ("collé", lambda m, h, s, g: (s.replace(" ", "").replace("'", ""), g.replace("-", ""))),
    ("particule", lambda m, h, s, g: (s.split(" ")[-1] if " " in s else s, g)),
    ("prénom coupé", lambda m, h, s, g: (s, _truncate_given(m.random, g))),
    ("second prénom", lambda m, h, s, g: (s, f"{g} {h.second}" if h.second else g)),
    ("diminutif", lambda m, h, s, g: (s, PAIRS.get(g, g))),
    ("initiale", lambda m, h, s, g: (s, _initial(g)) if m.random.random() < 0.4 else (s, g)),
    ("nom coupé", lambda m, h, s, g: (s[:12], g)),
)


def make(seed: int, pupils: int = 700, *, dated: bool = True, ids: float = 0.0, hardness: float = 0.22) -> School:
    """A school as four exports against the accounts of its ENT.

    Args:
        dated: the accounts state birth dates (AAF, annuaire); else names, classes and families only (identifiants).
        ids: share of records that carry an identifier the accounts know.
        hardness: share of names that an export writes otherwise.
    """
    maker = Maker(seed, pupils, dated=dated, ids=ids)
    maker.populate()
    r = maker.random
    uid = {h.number: f"{'QRSTUV'[h.number % 6]}AA{h.number:05d}" for h in maker.humans}
    truth: dict[tuple[str, int], str] = {}
    traps: dict[tuple[str, int], str] = {}

    accounts: list[Record] = []
    relations: list[Relation] = []
    order = [h for h in maker.humans if h.account]
    r.shuffle(order)
    for line, human in enumerate(order, start=2):
        surname, usage, given, _ = maker.typed(human, 0.04, married=0.55)
        missing = 0.33 if human.profile in {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT} else 0.02
        if human.profile is Profile.PARENT:
            missing = 1.0
        accounts.append(
            Record(
                origin=Origin("comptes", line),
                profile=human.profile,
                surname=surname,
                usage_name=usage if dated else "",
                given_names=given,
                birth_date=maker.dated_as(human, missing, 0.02) if dated else "",
                division=maker.class_as(human, 0, 0.03),
                ids={"uid": uid[human.number], **({"ine": human.ine} if human.ine and r.random() < ids else {})},
            )
        )
        relations.extend(
            Relation(
                pupil=("uid", uid[child.number]), guardian=("uid", uid[human.number]), origin=Origin("comptes", line)
            )
            for child in human.children
            if child.account
        )
    holder = Export(
        id="comptes", file="comptes.csv", kind=Kind.ENT_IDENTIFIANTS, records=tuple(accounts),
        relations=tuple(relations), made_on="2025-09-20",
    )  # fmt: skip

    def export(
        kind: Kind, name: str, profiles: set[Profile], *, share: float, style: int, missing: float,
        staff_missing: float, id_of: Callable[[Human], dict[str, str]], with_usage: bool, linked: bool,
    ) -> Export:  # fmt: skip
        records: list[Record] = []
        links: list[Relation] = []
        chosen = [h for h in maker.humans if h.in_sources and h.profile in profiles and r.random() < share]
        r.shuffle(chosen)
        for line, human in enumerate(chosen, start=2):
            surname, usage, given, trap = maker.typed(human, hardness, married=0.25 if with_usage else 0.6)
            no_date = staff_missing if human.profile in {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT} else missing
            if human.profile is Profile.PARENT:
                no_date = 1.0
            records.append(
                Record(
                    origin=Origin(name, line),
                    profile=human.profile,
                    surname=surname,
                    usage_name=usage if with_usage else "",
                    given_names=given,
                    birth_date=maker.dated_as(human, no_date, 0.06),
                    sex=human.sex if human.profile is Profile.ELEVE else "",
                    division=maker.class_as(human, style, 0.05),
                    children=tuple(f"{c.surname} {c.given}" for c in human.children) if not linked else (),
                    ids=id_of(human),
                    extra={"civility": "M." if human.sex == "M" else "Mme"}
                    if human.profile is not Profile.ELEVE
                    else {},
                )
            )
            if linked:
                links.extend(
                    Relation(
                        pupil=("eleve_id", str(800000 + child.number)),
                        guardian=("personne_id", str(900000 + human.number)),
                        origin=Origin(name, line),
                    )
                    for child in human.children
                )
            if human.account:
                truth[name, line] = uid[human.number]
            if trap:
                traps[name, line] = trap
        return Export(id=name, file=f"{name}.xml", kind=kind, records=tuple(records), relations=tuple(links),
                      made_on="2025-09-20")  # fmt: skip

    staff = {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT}
    siecle = export(
        Kind.SIECLE_ELEVES, "siecle", {Profile.ELEVE}, share=1.0, style=0, missing=0.0, staff_missing=1.0,
        with_usage=True, linked=False,
        id_of=lambda h: {"eleve_id": str(800000 + h.number), **({"ine": h.ine} if r.random() < 0.95 else {})},
    )  # fmt: skip
    responsables = export(
        Kind.SIECLE_RESPONSABLES, "responsables", {Profile.PARENT}, share=1.0, style=0, missing=1.0, staff_missing=1.0,
        with_usage=True, id_of=lambda h: {"personne_id": str(900000 + h.number)}, linked=True,
    )  # fmt: skip
    sts = export(
        Kind.STS_EMP, "sts", staff, share=0.93, style=0, missing=0.0, staff_missing=0.05, with_usage=True,
        id_of=lambda h: {"sts_id": str(70000 + h.number), "sts_type": "epp"}, linked=False,
    )  # fmt: skip
    edt = export(
        Kind.EDT_CLAIR, "edt", {Profile.ELEVE, *staff}, share=0.97, style=1, missing=0.03, staff_missing=0.9,
        with_usage=False, linked=False,
        id_of=lambda h: {"sts_id": str(70000 + h.number)} if h.profile in staff and r.random() < 0.3 else {},
    )  # fmt: skip
    educonnect = export(
        Kind.EDUCONNECT_ELEVES, "educonnect", {Profile.ELEVE}, share=0.95, style=2, missing=1.0, staff_missing=1.0,
        with_usage=False, id_of=lambda h: {"educonnect": f"x.{h.number}"}, linked=False,
    )  # fmt: skip
    pronote = export(
        Kind.PRONOTE_LISTE, "pronote", {Profile.ELEVE, Profile.PARENT, *staff}, share=0.96, style=3, missing=0.4,
        staff_missing=0.8, with_usage=False, id_of=lambda h: {}, linked=False,
    )  # fmt: skip
    exports = (holder, siecle, responsables, sts, edt, educonnect, pronote)
    return School(exports, truth, traps, sum(len(e.records) for e in exports[1:]))
