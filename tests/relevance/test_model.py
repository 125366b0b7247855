"""The file of weights, and what decisions do to it."""

from datetime import date

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.relevance import Topic
from crawler.relevance.feedback import Decision, retrain, save
from crawler.relevance.model import SHIPPED, Model, dump, load, logistic, threshold_for
from storage.errors import ConfigurationError
from tests.relevance import articles


def test_the_shipped_file_says_what_it_is():
    model = load()
    assert set(model.head) >= {"written", "articles", "cross-validated", "threshold", "features"}
    assert 0 < model.threshold < 1
    assert model.weights["all:combat"] > 0 > model.weights["all:court"]
    assert set(model.vocabulary) == {name[5:] for name in model.weights if name.startswith("word:")}
    assert SHIPPED.stat().st_size < 200_000


def test_written_and_read_again_it_is_the_same(tmp_path):
    path = tmp_path / "deep" / "model.tsv"
    save(load(), path)
    assert dump(load(path)) == dump(load())
    assert [file.name for file in path.parent.iterdir()] == ["model.tsv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bias\t1\n", "no '# threshold"),
        ("# threshold: 0.5\nall:war one\n", "line 2"),
        ("# threshold: 0.5\nall:war\tnan\n", "line 2"),
        ("# threshold: 0.5\nword:perang\t1.0\n", "line 2"),
        ("# threshold: high\n", "no '# threshold"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, text, message):
    path = tmp_path / "model.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        Topic.from_seeds(SEEDS, model=path)


def test_logistic_has_no_overflow():
    assert logistic(-1e9) == 0
    assert logistic(1e9) == 1
    assert logistic(0) == 0.5


# Ten decisions of a project that does not want reports of peace-keeping exercises, written for this test.
EXERCISES = [
    (
        f"Latihan Perang Gabungan Digelar di {place}",
        (
            f"Pasukan gabungan menggelar latihan perang di {place}. Tentara, jet tempur, tank dan artileri menggempur"
            f" sasaran tiruan yang disebut markas pemberontak. Rudal ditembakkan dari kapal perang. Panglima mengatakan"
            f" skenario latihan itu serangan udara dan pertempuran kota. Tidak ada korban jiwa."
        ),
    )
    for place in ("Situbondo", "Natuna", "Baturaja", "Sangatta", "Morotai")
]


def test_decisions_move_the_model_towards_them_and_leave_the_rest():
    decisions = [Decision(*article, accepted=False) for article in EXERCISES[:4]]
    decisions += [Decision(*articles.CONFLICT[name], accepted=True) for name in ("gaza", "papua", "sudan", "karabakh")]
    done = retrain(decisions, day=date(2026, 1, 2))
    assert done.decisions == 8
    assert done.agreed_after >= done.agreed_before
    before, after = Topic([], load()), Topic([], done.model)
    unseen = EXERCISES[4]
    assert after.judge(*unseen).score < before.judge(*unseen).score
    for name in ("ukraina", "afghanistan", "perdamaian"):
        assert after.judge(*articles.CONFLICT[name]).kept
    assert done.model.head["retrained"] == "2026-01-02 on 8 decisions (4 accepted, 4 rejected)"
    assert done.moved[0][1] != 0


def test_one_decision_changes_little():
    done = retrain([Decision(*EXERCISES[0], accepted=False)])
    assert max(abs(move) for _, move in done.moved) < 0.5


def test_learning_is_measured_on_decisions_kept_aside():
    decisions = [Decision(*article, accepted=False) for article in EXERCISES]
    decisions += [Decision(*articles.CONFLICT[name], accepted=True) for name in articles.CONFLICT]
    done = retrain(decisions)
    assert done.agreed_before <= done.agreed_held_out <= done.decisions
    assert not done.worse


def test_a_few_slips_do_no_harm():
    """Copies of clear articles, most of them answered rightly, and a few the wrong way round."""
    war, chess = articles.CONFLICT["gaza"], articles.NOT_CONFLICT["film perang"]
    wrong = [Decision(*war, accepted=False)] * 60 + [Decision(*chess, accepted=True)] * 60
    right = [Decision(*war, accepted=True)] * 40 + [Decision(*chess, accepted=False)] * 40
    assert retrain(right).agreed_held_out == 80
    done = retrain(right + wrong[:10])
    assert (done.agreed_held_out, done.worse) == (80, False)


def test_the_threshold_follows_from_the_recall_asked_for():
    model = load()
    thresholds = [threshold_for(model, recall) for recall in (0.7, 0.9, 0.95, 0.98, 0.99, 1.0)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[-1] == 0
    assert thresholds[1] > threshold_for(model, 0.925) > thresholds[2]  # between two lines of the table
    with pytest.raises(ConfigurationError, match="recall"):
        threshold_for(Model({}, {}, 0.0, 0.5), 0.9)


def test_no_decisions_change_nothing():
    done = retrain([], day=date(2026, 1, 2))
    assert done.model.weights == load().weights
    assert done.moved == []


def test_the_same_decisions_give_the_same_file():
    decisions = [Decision(*article, accepted=False) for article in EXERCISES]
    first, second = (retrain(decisions, day=date(2026, 1, 2)).model for _ in range(2))
    assert dump(first) == dump(second)
