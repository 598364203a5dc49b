"""Reasons in French that a person can check on screen, and the comparison field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnostics import text
from diagnostics.matching import spelling
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.compare import Pair
from diagnostics.matching.dates import DateLevel
from diagnostics.matching.homes import HomeLevel
from diagnostics.matching.names import CLOSE, Level, Name
from diagnostics.matching.people import Person
from diagnostics.model import PROFILE_LABELS, Agreement, FieldComparison, Record

ID_LABELS: Mapping[str, str] = {
    "ine": "INE", "jointure": "clé de jointure", "sts_id": "identifiant STS", "idpn": "IDPN", "uid": "identifiant ENT",
    "eleve_id": "identifiant SIECLE", "personne_id": "identifiant SIECLE du responsable",
}  # fmt: skip
SURNAME_NOTES: Mapping[Level, str] = {
    Level.ACCENTS: "accents perdus", Level.PARTICLE: "particule ou ordre des mots", Level.CROSSED: "nom d’usage",
    Level.PART: "moitié du nom composé", Level.SOUND: "même son", Level.SLIP: "faute de frappe",
    Level.CUT: "nom coupé", Level.PART_SLIP: "moitié du nom, faute de frappe", Level.SLIPS: "fautes de frappe",
    Level.SHARED: "une moitié en commun", Level.NEAR: "ressemblance", Level.VARIANT: "transcription",
    Level.DIFFERENT: "noms différents",
}  # fmt: skip
GIVEN_NOTES: Mapping[Level, str] = {
    **SURNAME_NOTES, Level.PART: "prénom composé", Level.SECOND: "autre prénom", Level.NICKNAME: "diminutif",
    Level.INITIAL: "initiale", Level.CUT: "prénom coupé", Level.SHARED: "un prénom en commun",
    Level.PART_SLIP: "prénom composé, faute de frappe", Level.LETTER: "une lettre pour une autre",
    Level.OTHER: "deux prénoms voisins",
    Level.DIFFERENT: "prénoms différents",
}  # fmt: skip
SLIP_NOTES: Mapping[str, str] = {
    "doublée": "lettre doublée", "inversées": "lettres inversées", "voisine": "touche voisine",
    "oubliée": "lettre oubliée", "autre": "faute de frappe",
}  # fmt: skip
DATE_NOTES: Mapping[DateLevel, str] = {
    DateLevel.SWAPPED: "jour et mois inversés", DateLevel.DIGIT: "un chiffre diffère",
    DateLevel.TRANSPOSED: "chiffres inversés", DateLevel.PLACEHOLDER: "1er janvier : jour inconnu",
    DateLevel.DAY_OFF: "un jour d’écart", DateLevel.YEAR: "année différente", DateLevel.DAY: "jour différent",
    DateLevel.MONTH: "mois différent", DateLevel.PARTIAL: "date incomplète",
    DateLevel.SAME_YEAR: "même année seulement",
    DateLevel.DIFFERENT: "dates différentes",
}  # fmt: skip


HOME_AGREEMENT: Mapping[HomeLevel, Agreement] = {
    HomeLevel.SAME: Agreement.EXACT, HomeLevel.NEAR: Agreement.CLOSE, HomeLevel.POSTCODE: Agreement.CLOSE,
    HomeLevel.CITY: Agreement.CLOSE, HomeLevel.DIFFERENT: Agreement.DIFFERENT,
}  # fmt: skip
HOME_NOTES: Mapping[HomeLevel, str] = {
    HomeLevel.NEAR: "rue écrite autrement", HomeLevel.POSTCODE: "même code postal", HomeLevel.CITY: "même commune",
}  # fmt: skip


def home_text(records: Sequence[Record]) -> str:
    """The address as one of the records writes it."""
    for record in records:
        parts = [record.extra.get(key, "") for key in ("address", "postcode", "city")]
        if any(parts):
            return " ".join(part for part in parts if part)
    return ""


def agreement(level: Level) -> Agreement:
    if level is Level.UNKNOWN:
        return Agreement.UNKNOWN
    if level is Level.EXACT:
        return Agreement.EXACT
    return Agreement.CLOSE if level in CLOSE else Agreement.DIFFERENT


def _shown(name: Name | None, person: Person, field: str) -> str:
    if name is not None and name.raw:
        return name.raw
    return person.records[0].surname if field == "nom" else person.records[0].given_names


def _name_note(level: Level, left: Name | None, right: Name | None, notes: Mapping[Level, str]) -> str:
    if level is Level.SLIP and left is not None and right is not None:
        return SLIP_NOTES[spelling.slip(left.compact, right.compact)]
    if level is Level.EXACT and left is not None and right is not None and left.raw != right.raw:
        return "écriture différente" if text.fold(left.raw) != text.fold(right.raw) else ""
    return notes.get(level, "")


def fields(pair: Pair) -> tuple[FieldComparison, ...]:
    """Each field that at least one side states, with its level of agreement and its weight."""
    left, right, seen = pair.person, pair.account, pair.names
    found = []
    one, other = seen.surname_pair
    note = "mots dans un autre ordre" if seen.shuffled else "nom et prénom inversés" if seen.inverted else ""
    found.append(
        FieldComparison(
            field="nom",
            left=_shown(one, left, "nom"),
            right=_shown(other, right, "nom"),
            agreement=agreement(seen.surname) if not note else Agreement.CLOSE,
            note=note or _name_note(seen.surname, one, other, SURNAME_NOTES),
            weight=round(pair.weights.get("nom", 0.0), 1),
        )
    )
    one, other = seen.given_pair
    found.append(
        FieldComparison(
            field="prénom",
            left=_shown(one, left, "prénom"),
            right=_shown(other, right, "prénom"),
            agreement=agreement(seen.given) if not note else Agreement.CLOSE,
            note=note or _name_note(seen.given, one, other, GIVEN_NOTES),
            weight=round(pair.weights.get("prénom", 0.0), 1),
        )
    )
    if left.dates or right.dates:
        mine, theirs = pair.date_pair if pair.date else (_first(left.dates), _first(right.dates))
        found.append(
            FieldComparison(
                field="naissance",
                left=text.french_date(mine),
                right=text.french_date(theirs),
                agreement=_date_agreement(pair.date),
                note=DATE_NOTES.get(pair.date, ""),
                weight=round(pair.weights.get("naissance", 0.0), 1),
            )
        )
    if left.divisions or right.divisions:
        mine, theirs = pair.division_pair if pair.division else (_first(left.divisions), _first(right.divisions))
        found.append(
            FieldComparison(
                field="classe",
                left=mine,
                right=theirs,
                agreement=_class_agreement(pair.division),
                note=_class_note(pair),
                weight=round(pair.weights.get("classe", 0.0), 1),
            )
        )
    if left.sex and right.sex:
        found.append(_plain("sexe", left.sex, right.sex, pair.sex, pair.weights.get("sexe", 0.0)))
    found.append(
        _plain(
            "profil",
            PROFILE_LABELS[left.profile],
            PROFILE_LABELS[right.profile],
            1 if left.profile is right.profile else -1,
            pair.weights.get("profil", 0.0),
        )
    )
    if pair.school:
        found.append(
            _plain(
                "établissement",
                ", ".join(sorted(left.schools)),
                ", ".join(sorted(right.schools)),
                pair.school,
                pair.weights.get("établissement", 0.0),
            )
        )
    if pair.children:
        common, most = pair.siblings
        found.append(
            FieldComparison(
                field="enfants",
                left=", ".join(sorted(left.children_said.values())),
                right=", ".join(sorted(right.children_said.values())),
                agreement=_children_agreement(pair),
                note=f"{common} en commun sur {most}" if 0 < common < most else "",
                weight=round(pair.weights.get("enfants", 0.0), 1),
            )
        )
    if pair.home:
        found.append(
            FieldComparison(
                field="adresse",
                left=home_text(left.records),
                right=home_text(right.records),
                agreement=HOME_AGREEMENT[pair.home],
                note=HOME_NOTES.get(pair.home, ""),
                weight=round(pair.weights.get("adresse", 0.0), 1),
            )
        )
    if pair.contact:
        shared = ", ".join(sorted(left.contacts & right.contacts))
        found.append(_plain("coordonnées", shared, shared, 1, pair.weights.get("coordonnées", 0.0)))
    for name, values in left.ids.items():
        if theirs_ids := right.ids.get(name):
            same = 1 if values & theirs_ids else -1
            found.append(
                _plain(
                    ID_LABELS[name],
                    ", ".join(sorted(values)),
                    ", ".join(sorted(theirs_ids)),
                    same,
                    pair.weights.get("identifiant", 0.0),
                )
            )
    return tuple(found)


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def _children_agreement(pair: Pair) -> Agreement:
    if pair.children < 0:
        return Agreement.DIFFERENT
    common, most = pair.siblings
    return Agreement.EXACT if common >= most else Agreement.CLOSE


def _plain(field: str, left: str, right: str, same: int, weight: float) -> FieldComparison:
    return FieldComparison(
        field=field,
        left=left,
        right=right,
        agreement=Agreement.EXACT if same > 0 else Agreement.DIFFERENT,
        weight=round(weight, 1),
    )


def _date_agreement(level: DateLevel) -> Agreement:
    if level is DateLevel.UNKNOWN:
        return Agreement.UNKNOWN
    if level is DateLevel.EXACT:
        return Agreement.EXACT
    return Agreement.DIFFERENT if level in {DateLevel.DIFFERENT, DateLevel.SAME_YEAR} else Agreement.CLOSE


def _class_agreement(level: ClassLevel) -> Agreement:
    return {
        ClassLevel.UNKNOWN: Agreement.UNKNOWN,
        ClassLevel.EXACT: Agreement.EXACT,
        ClassLevel.SAME_YEAR: Agreement.CLOSE,
        ClassLevel.DIFFERENT: Agreement.DIFFERENT,
    }[level]


def _class_note(pair: Pair) -> str:
    if pair.division is ClassLevel.SAME_YEAR:
        return "autre classe du même niveau"
    return "la même classe sous deux noms" if _two_names(pair) else ""


def _class_said(pair: Pair) -> str:
    mine, theirs = pair.division_pair
    return f"classe {mine}, dite {theirs} dans l’ENT" if _two_names(pair) else f"classe {theirs} des deux côtés"


def _two_names(pair: Pair) -> bool:
    """Whether the two classes are one that goes by another name on each side (``learning.class_names``)."""
    return pair.division is ClassLevel.EXACT and compare_divisions(*pair.division_pair) is not ClassLevel.EXACT


def why(pair: Pair) -> str:
    """One line: what agrees first, then what does not."""
    good: list[str] = []
    bad: list[str] = []
    seen = pair.names
    if pair.decides:
        good.append(f"même {ID_LABELS[pair.decides]}")
    if seen.shuffled:
        good.append("mêmes mots dans le nom")
    elif seen.inverted:
        good.append(f"nom et prénom inversés ({_pair(seen.surname_pair)}, {_pair(seen.given_pair)})")
    elif seen.surname is Level.EXACT and seen.given is Level.EXACT:
        good.append("même nom, même prénom")
    else:
        _say_name(seen.surname, seen.surname_pair, "nom", SURNAME_NOTES, good, bad)
        _say_name(seen.given, seen.given_pair, "prénom", GIVEN_NOTES, good, bad)
    if pair.date is DateLevel.EXACT:
        good.insert(0, "même naissance")
    elif pair.date in {DateLevel.DIFFERENT, DateLevel.SAME_YEAR}:
        bad.append("naissances différentes ({})".format(" et ".join(text.french_date(d) for d in pair.date_pair)))
    elif pair.date:
        good.append(f"naissance : {DATE_NOTES[pair.date]}")
    if pair.division is ClassLevel.EXACT:
        good.append(_class_said(pair))
    elif pair.division:
        bad.append("classes différentes ({})".format("/".join(pair.division_pair)))
    if pair.children > 0:
        good.append("enfant commun" if pair.siblings[0] < 2 else f"{pair.siblings[0]} enfants communs")
    elif pair.children < 0:
        bad.append("aucun enfant commun")
    if pair.home in {HomeLevel.SAME, HomeLevel.NEAR}:
        good.append("même adresse" if pair.home is HomeLevel.SAME else "adresses proches")
    if pair.contact:
        good.append("mêmes coordonnées")
    if pair.sex < 0:
        bad.append("sexes différents")
    if pair.school < 0:
        bad.append("autre établissement ({})".format(", ".join(sorted(pair.account.schools))))
    if pair.contradicts:
        bad.append(f"attention : {ID_LABELS[pair.contradicts]} différent")
    line = ", ".join(good)
    if bad:
        line = f"{line} ; mais {', '.join(bad)}" if line else ", ".join(bad)
    return line


def _pair(names: tuple[Name | None, Name | None]) -> str:
    return "/".join(n.raw for n in names if n is not None)


def _say_name(
    level: Level,
    pair: tuple[Name | None, Name | None],
    word: str,
    notes: Mapping[Level, str],
    good: list[str],
    bad: list[str],
) -> None:
    if level is Level.UNKNOWN:
        return
    if level is Level.EXACT:
        good.append(f"même {word}")
    elif level is Level.CROSSED:
        good.append(f"même nom ({_pair(pair)}), l’un en nom d’usage")
    elif level in CLOSE:
        note = _name_note(level, *pair, notes)
        good.append(f"{word}s proches ({_pair(pair)}" + (f", {note})" if note else ")"))
    else:
        bad.append(f"{word}s différents ({_pair(pair)})")
