"""Labels of several annotators: read from files, compared, and kept apart from decisions."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from storage.corpus import Corpus
from storage.database import Database
from tests.commands.calling import call
from tests.commands.conftest import copied
from tests.spiders.running import Place


def test_labels_of_two_annotators_and_how_far_they_agree(small: Place, tmp_path: Path) -> None:
    place = copied(small, tmp_path)
    with closing(Database.open(place.url)) as db:
        ids = Corpus(db).ids()
    for name, words in (("ani", ["ya", "ya", "tidak", "tidak"]), ("budi", ["ya", "ya", "tidak", "ya"])):
        file = tmp_path / f"{name}.csv"
        rows = [f"{id_},{word}" for id_, word in zip(ids, words, strict=False)]
        file.write_text("\n".join(["id,label", *rows]), encoding="utf-8")
        said = call("judge", "--import", str(file), "--by", name, place=place)
        assert said.code == 0, said.err
        assert f"4 labels of {name} read" in said.folded
    told = json.loads(call("judge", "--agreement", "--json", place=place).out)
    assert told["annotators"] == {"ani": 4, "budi": 4}
    assert told["shared"] == 4
    # Krippendorff (2011), nominal: 8 values (5 ya, 3 tidak), one pair of four differs: 1 - (2/8) / (2·5·3 / (8·7)).
    assert round(told["alpha"], 3) == round(1 - (2 / 8) / (2 * 5 * 3 / (8 * 7)), 3)


def test_half_a_question_is_refused(small: Place) -> None:
    said = call("judge", "--import", "x.csv", place=small)
    assert said.code == 2
    assert "--import FILE and --by ANNOTATOR belong together" in said.err
