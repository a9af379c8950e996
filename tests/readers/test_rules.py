import pytest

from pustaka.readers import rules


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (None, None, 1024),
        (None, 1024, 0),
        (1024, None, 2048),
        (1024, 2048, 1536),
        (5, 7, 6),
        (5, 6, None),
        (5, 5, None),
    ],
)
def test_between_finds_a_place_or_says_that_there_is_none(before, after, place):
    assert rules.between(before, after) == place


@pytest.mark.parametrize(
    ("one", "before", "order"),
    [(3, 1, [3, 1, 2]), (1, 3, [2, 1, 3]), (1, None, [2, 3, 1]), (2, 99, [1, 3, 2]), (2, 2, [1, 3, 2])],
)
def test_moved_puts_one_before_another_or_last(one, before, order):
    assert rules.moved([1, 2, 3], one, before=before) == order


@pytest.mark.parametrize(
    ("typed", "name", "key"),
    [
        ("  #Ujian   Akhir, ", "Ujian Akhir", "ujianakhir"),
        ("ujian-akhir", "ujian-akhir", "ujianakhir"),
        ("Pramoedya Ananta Toér", "Pramoedya Ananta Toér", "pramoedyaanantatoer"),
        ("…", "…", ""),
        ("日本", "日本", "日本"),
    ],
)
def test_spellings_of_a_tag_share_their_key(typed, name, key):
    assert rules.tag_name(typed) == name
    assert rules.tag_key(name) == key


def test_average_waits_for_three_ratings():
    assert rules.ratings({5: 2}) == rules.Ratings(2, None, ((5, 2), (4, 0), (3, 0), (2, 0), (1, 0)))
    assert rules.ratings({5: 2, 2: 1}) == rules.Ratings(3, 4.0, ((5, 2), (4, 0), (3, 0), (2, 1), (1, 0)))
    assert rules.ratings({}).count == 0
