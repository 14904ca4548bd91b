from training.calibration.stage import lowest_language_score


def test_every_language_weighs_the_same_however_many_conversations_it_has():
    english = [("en", 1.0 + n / 10_000) for n in range(10_000)]
    few = [("id", n / 100) for n in range(100)]
    found = lowest_language_score([*english, *few])
    # Of both languages together one in 500 lies below: of the few, that is one in 250.
    assert found == 0.0
    assert 1.0018 < lowest_language_score(english) < 1.0021  # 20 of 10,000 lie below
