"""Indonesian against Malay, English and neighbours."""

import pytest

from crawler.relevance.language import identify
from tests.relevance import articles


@pytest.mark.parametrize("name", [*articles.CONFLICT, *articles.NOT_CONFLICT])
def test_indonesian(name):
    language = identify(*(articles.CONFLICT.get(name) or articles.NOT_CONFLICT[name]))
    assert language.code == "id"
    assert language.confidence > 0.6


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ms", articles.MALAY[1]),
        ("en", articles.ENGLISH[1]),
        ("jv", "Tentara wis mlebu kutha lan wong-wong padha ngungsi saka omahe amarga ana perang ing desa kuwi."),
        ("su", "Pasukan geus asup ka kota jeung jalma-jalma ngungsi sabab aya perang di désa éta, teu bisa balik."),
        ("az", "Ordu bu gün yeni mövqelər tutub və düşmən çox itki verib, lakin döyüşlər hələ də davam edir."),
        ("nl", "De soldaten van het leger zijn niet in het dorp en de inwoners hebben het huis verlaten."),
    ],
)
def test_other_languages(code, text):
    assert identify("", text).code == code


def test_malay_and_indonesian_that_differ_in_a_few_words():
    assert identify("", "Polisi mengatakan bahwa mobil itu rusak karena kecelakaan di jalan raya.").code == "id"
    assert identify("", "Polis berkata bahawa kereta itu rosak kerana kemalangan di jalan raya.").code == "ms"


def test_the_body_decides_on_mixed_pages():
    title, text = articles.CONFLICT["papua"]
    assert identify("Breaking news: the army and the rebels in the Papua highlands", text).code == "id"
    box = "Read more about the war in our newsletter and on our site. " * 3
    assert identify(title, box + "\n\n" + text * 3).code == "id"
    quoted = text + ' "The war must end and the people of the region have to be safe," kata pejabat PBB itu. ' + text
    assert identify(title, quoted).code == "id"


def test_nothing_to_go_by_is_said_so():
    assert identify("", "").code == "und"
    assert identify("", "1234 5678 !!!").code == "und"
    assert identify("", "Zyx Qwv Karabakh Stepanakert Yerevan").confidence < 0.6
