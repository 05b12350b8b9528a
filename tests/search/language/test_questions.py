from juanzong.search.language.questions import question_words


def test_words_of_questions_are_read_by_their_part() -> None:
    words = question_words()
    assert {"什么", "哪一个", "几年"} <= words.asking <= words.weightless
    assert {"请问", "吗", "的", "根据"} <= words.weightless - words.asking
    assert "本报讯" in words.formulas - words.weightless
    assert "种" in words.measure and "种" not in words.weightless
