"""The ticket templates: read, checked when loaded, and replaced one by one by those of a school's own folder.

A template is data: a TOML file whose ``subject`` and ``body`` are Jinja2 texts. They are rendered in a sandbox, with
strict names, and what people wrote is only ever a value. Who receives which template, its fields and its attachments:
knowledge.md §10.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from diagnostics.model import Actor, Incident, Kind, Profile
from diagnostics.safety import Refusal, os_reason
from diagnostics.tickets import wording

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import Template as JinjaTemplate

SUBJECT_MAX = 80
"""Characters of a subject (knowledge.md §10)."""
MASKS = frozenset({"birth_date", "phone", "mail", "address", "login"})
"""What a template may ask for unmasked. The INE, the Pronote identifier and the NUMEN never leave whole."""
ACCEPTED = frozenset({"image", "pdf", "tableau", "xml", "texte", "archive", "message", "document"})
"""Sorts of file, as ``files.recognise`` names them."""
COLUMNS = frozenset({
    "profil", "nom", "nom_usage", "prenom", "naissance", "classe", "groupes", "uai", "ine", "identifiant_ent", "login",
    "identifiant_pronote", "educonnect", "jointure", "code_source", "personne_id", "eleve_id", "sts_id", "etat",
    "origine", "fonction", "discipline", "entree", "sortie", "connexion", "notification", "portable", "courriel",
    "adresse", "motif", "niveau", "ligne",
})  # fmt: skip
"""Columns that an extract may hold; see ``attachments.COLUMNS``."""
USER, SENDER, SUPPORT = "USAGER", "EMETTEUR", "SUPPORT"
"""Recipients that are not actors: the person concerned, the author of the message, whoever had the first ticket."""
RECIPIENTS = frozenset(Actor) | {USER, SENDER, SUPPORT}
STAGES = frozenset({"support", "source", "reponse", "precisions", "relance"})
TOLD_ONLY = frozenset({"message_exact"})
"""Fields that only somebody in front of a screen can give: not asked for an anomaly of the data."""
BLOCKS = (
    "entete", "objet", "personnes", "faits", "constat", "message", "verifie", "attendu", "pieces", "a_faire", "raison",
    "si_cela_persiste", "questions", "signature", "resume", "cause", "symptome", "service", "public", "code", "modele",
    "destinataire", "champs", "etablissement", "emetteur", "aujourdhui", "premier_ticket", "donnees", "plusieurs",
    "base_fausse",
)  # fmt: skip
"""Names that a template may use, besides ``champs.<clé>`` for its own fields."""


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact that the text needs, with what to ask when neither the data nor the message gives it."""

    key: str
    label: str
    question: str
    mandatory: bool = True
    codes: tuple[str, ...] = ()
    """Categories for which it is asked; all when empty."""
    default: str = ""
    date: bool = False
    """Whether the answer is a day: « hier » becomes one, what is none is asked again."""

    def concerns(self, category: str) -> bool:
        return not self.codes or any(covers(code, category) for code in self.codes)

    def needed(self, incident: Incident) -> bool:
        """Whether a ticket of this incident cannot leave without it."""
        return self.mandatory and self.concerns(incident.category) and bool(incident.text or self.key not in TOLD_ONLY)


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that allows the diagnosis."""

    key: str
    label: str
    mandatory: bool = False
    codes: tuple[str, ...] = ()
    """Categories for which it is mandatory; all when empty."""
    kinds: tuple[str, ...] = ()
    """Exports from which the program makes it itself, masked and cut to the persons concerned."""
    accept: tuple[str, ...] = ("image", "pdf")
    """Sorts of the agent's files that will do."""
    count: int = 1

    def required(self, category: str) -> bool:
        return self.mandatory and (not self.codes or any(covers(code, category) for code in self.codes))


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ticket template."""

    id: str
    label: str
    recipient: str
    stage: str = "support"
    """support, source (what the school must correct), reponse, precisions or relance."""
    used_for: tuple[str, ...] = ()
    """Category codes; ``SIE-*`` stands for a family."""
    also_for: tuple[str, ...] = ()
    """Codes it serves when no template of that recipient is made for them; ``*`` for any."""
    profiles: tuple[Profile, ...] = ()
    """Profiles it is made for; all when empty."""
    base: str = ""
    """The base in which what it asks is done (« SIECLE », « EDT »), for a note to the school."""
    unmasked: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    subject: str
    body: str
    expected: str = ""
    """What is asked of the recipient, in one sentence; the agent may reword it."""
    by_school: bool = False
    """Sent by the school itself, even when it is the school that acts first (a form to fill)."""
    scene: bool = True
    """Whether date and hour, scope, what was tried and what is expected are mandatory (the common head)."""
    fields: tuple[Question, ...] = ()
    attachments: tuple[Wanted, ...] = ()
    file: str = ""
    """Where it was read, for messages."""

    @property
    def by_hand(self) -> bool:
        """Whether it is the school's own."""
        return "/" in self.file


def covers(pattern: str, category: str) -> bool:
    """Whether ``EDT-03``, ``EDT-*`` or ``*`` covers the category."""
    return pattern == category or (pattern.endswith("*") and category.startswith(pattern[:-1]))


def templates(override: Path | None = None) -> Mapping[str, Template]:
    """The templates by id, those of the ``override`` folder in place of the program's.

    Raises:
        Refusal: a template of the folder cannot be used; the reason names the file and what to correct.
    """
    found, problems = _load(override)
    if problems:
        raise Refusal("\n".join(problems))
    return found


def check_templates(override: Path | None = None) -> tuple[str, ...]:
    """What is wrong with the templates, one French sentence each, with the file; empty when all is well."""
    return _load(override)[1]


def template_for(
    category: str,
    recipient: Actor,
    first_actor: Actor | None = None,
    stage: str = "",
    *,
    profiles: Collection[Profile] = (),
    base: str = "",
    override: Path | None = None,
) -> Template:
    """The template of a ticket about persons of these profiles.

    The school acts first: unless ``stage`` says otherwise, the draft is then what the school must correct (E1 to E4),
    or the plain answer (R1) when no correction template serves the category. Otherwise it is the ticket to the support
    that ``recipient`` names. ``base`` is the one that is wrong, when the data shows it: what is to be corrected in EDT
    is not asked by the note about SIECLE. ``stage`` forces "support", "source", "reponse", "precisions" or "relance".
    """
    known = {
        name: template
        for name, template in templates(override).items()
        if not (template.profiles and profiles) or set(template.profiles) & set(profiles)
    }
    if not category and not stage:
        stage = "precisions"
    if stage in ("reponse", "precisions", "relance"):
        return _best(known.values(), category, stage=stage) or _first(known.values(), stage)
    if category == "SUP-02" and not stage:
        return _first(known.values(), "relance")
    wants_source = stage == "source" or recipient is Actor.ETAB or (not stage and first_actor is Actor.ETAB)
    if wants_source:
        there = [one for one in known.values() if one.base == base]
        if found := _best(there if base else (), category, stage="source") or _best(
            known.values(), category, stage="source"
        ):
            return found
    support = _best(known.values(), category, stage="support", recipient=recipient)
    if support and (not wants_source or (support.by_school and _rank(support, category) == 0)):
        return support
    return _best(known.values(), category, stage="reponse") or _first(known.values(), "reponse")


def _rank(template: Template, category: str) -> int | None:
    """0 made for the code, 1 named for it, 2 made for its family, 3 named for its family, 4 for any; None: never."""
    patterns = [(pattern, 0) for pattern in template.used_for] + [(pattern, 1) for pattern in template.also_for]
    ranks = [
        4 if pattern == "*" else base + (0 if pattern == category else 2)
        for pattern, base in patterns
        if covers(pattern, category)
    ]
    return min(ranks, default=None)


def _best(found: Iterable[Template], category: str, *, stage: str, recipient: Actor | None = None) -> Template | None:
    ranked = [
        (rank, template.id, template)
        for template in found
        if template.stage == stage
        and (recipient is None or template.recipient == recipient)
        and (rank := _rank(template, category)) is not None
    ]
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _first(found: Iterable[Template], stage: str) -> Template:
    return min((template for template in found if template.stage == stage), key=lambda template: template.id)


def _load(override: Path | None) -> tuple[Mapping[str, Template], tuple[str, ...]]:
    stamps: tuple[tuple[str, int, int], ...] = ()
    if override is not None:
        try:
            files = sorted(path for path in override.iterdir() if path.suffix.lower() == ".toml")
            stamps = tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in files)
        except OSError as error:
            reason = (
                f"{override} : dossier de modèles illisible ({os_reason(error)}). Corrigez le réglage « templates »."
            )
            return _load_files(()), (reason,)
    return _load_checked(stamps)


@functools.lru_cache(maxsize=4)
def _load_checked(stamps: tuple[tuple[str, int, int], ...]) -> tuple[Mapping[str, Template], tuple[str, ...]]:
    """Templates and problems; the stamps make an edited file be read again."""
    problems: list[str] = []
    found = dict(_load_files(()))
    own: dict[str, str] = {}
    for path, _, _ in stamps:
        try:
            template = _parse(Path(path).read_bytes(), path)
        except OSError as error:
            problems.append(f"{path} : modèle illisible ({os_reason(error)}).")
        except Refusal as refusal:
            problems.append(refusal.reason)
        else:
            if template.id in own:
                problems.append(f"{path} : l'identifiant « {template.id} » est déjà celui de {own[template.id]}.")
            own[template.id] = path
            found[template.id] = template
    for template in found.values():
        problems.extend(problems_of(template))
    return found, tuple(problems)


@functools.lru_cache(maxsize=1)
def _load_files(_: tuple[()]) -> Mapping[str, Template]:
    """The program's own templates."""
    found: dict[str, Template] = {}
    for entry in sorted(resources.files("ticket_templates").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            template = _parse(entry.read_bytes(), entry.name)
            found[template.id] = template
    return found


def _parse(content: bytes, file: str) -> Template:
    try:
        table: dict[str, Any] = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} : ce fichier n'est pas en UTF-8. Enregistrez-le en UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"{file} : ce n'est pas du TOML valable ({error}). Corrigez la ligne indiquée.") from error
    table.pop("file", None)
    try:
        return msgspec.convert({**table, "file": file}, Template)
    except msgspec.ValidationError as error:
        raise Refusal(f"{file} : {_in_french(str(error))}") from error


def _in_french(message: str) -> str:
    """The validation message of msgspec, for someone who edits a template."""
    where = message.rsplit(" - at `", 1)[1].rstrip("`").removeprefix("$.") if " - at `" in message else ""
    place = f" (dans « {where} »)" if where else ""
    if "missing required field" in message:
        return f"il manque la clé « {message.split('`')[1]} »{place}."
    if "unknown field" in message:
        return f"la clé « {message.split('`')[1]} » n'est pas connue{place}. Vérifiez son orthographe."
    return f"valeur d'un type inattendu{place} : {message.split(' - at ')[0]}."


def problems_of(template: Template) -> list[str]:
    """What prevents a template from being used, one French sentence each."""
    place = template.file or template.id
    found: list[str] = []

    def unknown(what: str, values: Iterable[str], known: Iterable[str]) -> None:
        found.extend(
            f"{place} : {what} « {value} » inconnu ; valeurs possibles : {', '.join(sorted(known))}."
            for value in values
            if value not in known
        )

    unknown("destinataire", [template.recipient], {str(name) for name in RECIPIENTS})
    unknown("étape", [template.stage], STAGES)
    if "ine" in template.unmasked:
        found.append(f"{place} : l'INE complet ne sort jamais ; retirez « ine » de « unmasked ».")
    unknown("donnée à ne pas masquer", [value for value in template.unmasked if value != "ine"], MASKS)
    unknown("colonne", template.columns, COLUMNS)
    codes = [*template.used_for, *template.also_for, *(c for f in template.fields for c in f.codes)]
    codes += [code for wanted in template.attachments for code in wanted.codes]
    found.extend(
        f"{place} : catégorie « {code} » inconnue ; voyez « ent-triage explain »."
        for code in codes
        if code not in wording.SYMPTOMS and code != "*" and not (code.endswith("-*") and code[:3] in wording.SERVICES)
    )
    for wanted in template.attachments:
        unknown("sorte d'export", wanted.kinds, {str(kind) for kind in Kind})
        unknown("sorte de fichier", wanted.accept, ACCEPTED)
    keys = [question.key for question in template.fields] + [wanted.key for wanted in template.attachments]
    found.extend(
        f"{place} : la clé « {key} » est donnée deux fois." for key in sorted(set(keys)) if keys.count(key) > 1
    )
    found.extend(
        f"{place} : la clé « {key} » n'est pas un nom simple (lettres minuscules, chiffres, « _ »)."
        for key in keys
        if not (key.isidentifier() and key.isascii() and key == key.lower())
    )
    return found + _text_problems(template, place)


def _text_problems(template: Template, place: str) -> list[str]:
    from jinja2 import TemplateError

    found: list[str] = []
    sample = sample_names(template)
    for part, source in (("subject", template.subject), ("body", template.body)):
        try:
            text = render(source, sample)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            where = f", ligne {line} du texte" if line else ""
            found.append(f"{place} : « {part} »{where} : {_jinja_in_french(str(error))}")
            continue
        except (TypeError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
            found.append(f"{place} : « {part} » ne peut pas être rempli ({type(error).__name__}). Simplifiez-le.")
            continue
        if part == "subject" and len(text) > SUBJECT_MAX:
            found.append(f"{place} : l'objet peut dépasser {SUBJECT_MAX} caractères ({len(text)}). Raccourcissez-le.")
        if part == "subject" and not text.strip():
            found.append(f"{place} : l'objet est vide.")
    if not template.body.strip():
        found.append(f"{place} : le texte est vide.")
    return found


def _jinja_in_french(message: str) -> str:
    if "is undefined" in message or "has no attribute" in message:
        name = message.split("'")[1] if message.count("'") == 2 else message.split("'")[-2]
        return f"le nom « {name} » n'existe pas. Noms possibles : {', '.join(BLOCKS)}, ou un champ du modèle."
    return f"écriture non valable ({message}). Vérifiez les accolades."


def sample_names(template: Template) -> dict[str, Any]:
    """Values of the usual length for every name that a template may use: what checking renders it with."""
    names: dict[str, Any] = dict.fromkeys(BLOCKS, "texte")
    names["champs"] = {question.key: "valeur" for question in template.fields}
    names["etablissement"] = {"nom": "Collège des Essais", "uai": "0381234A"}
    names["emetteur"] = {"nom": "Prénom NOM", "fonction": "référent ENT", "contact": "contact"}
    names["premier_ticket"] = {"numero": "T-000000", "objet": "objet", "texte": "texte"}
    used = [code for code in wording.SYMPTOMS if any(covers(pattern, code) for pattern in template.used_for)]
    longest = max(used or wording.SYMPTOMS, key=lambda code: len(wording.service(code) + wording.symptom(code)))
    names["service"], names["symptome"] = wording.service(longest), wording.symptom(longest)
    names["public"] = "élève, 6A"
    return names


@functools.lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.clear()
    return environment


def render(source: str, names: Mapping[str, Any]) -> str:
    """A Jinja2 text filled with plain values (strings, mappings and lists of strings).

    Raises:
        jinja2.TemplateError: the text is not valid, or uses a name that does not exist.
    """
    return _compiled(source).render(dict(names))


@functools.lru_cache(maxsize=128)
def _compiled(source: str) -> JinjaTemplate:
    return _environment().from_string(source)
