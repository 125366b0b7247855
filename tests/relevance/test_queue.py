"""What a person should judge next: near the threshold, and not the same thing twice."""

from crawler.relevance.queue import Candidate, queue

BRIDGE = "Warga menyeberangi jembatan gantung dekat pos tentara di Lembah Orsani pada Selasa pagi."
FLOUR = "Pedagang tepung mengeluh karena konvoi truk dari pelabuhan tertahan di gerbang kota."


def of(id_: str, score: float, text: str = "") -> Candidate:
    return Candidate(id_, "", text or f"Berita {id_}", score)


def test_the_nearest_to_the_threshold_come_first():
    asked = queue([of("sure", 0.99), of("near", 0.62), of("far", 0.01), of("middle", 0.8)], 3, 0.6)
    assert [each.id for each in asked] == ["near", "middle", "sure"]


def test_one_of_several_alike_is_asked_for():
    alike = [of(f"bridge{i}", 0.6 + i / 1000, BRIDGE) for i in range(5)]
    assert [each.id for each in queue([*alike, of("flour", 0.7, FLOUR)], 2, 0.6)] == ["bridge0", "flour"]


def test_there_may_be_fewer_than_asked_for_and_scores_at_the_ends():
    assert {each.id for each in queue([of("a", 0.0), of("b", 1.0)], 9, 0.5)} == {"a", "b"}
    assert queue([of("a", 0.5)], 0, 0.5) == []
    assert queue([of("a", 0.5)], -1, 0.5) == []
    assert queue([], 5, 0.0) == []


def test_the_order_they_come_in_does_not_matter():
    some = [of(str(i), i / 50, BRIDGE if i % 3 else FLOUR) for i in range(50)]
    assert queue(some, 10, 0.5) == queue(reversed(some), 10, 0.5)
