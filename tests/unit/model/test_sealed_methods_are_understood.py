"""Words that lists use for sexual violence: one that is not understood would protect nobody."""

from __future__ import annotations

import pytest

from bayyina.model.vocabulary import Vocabulary

SEALED = "sealed"


@pytest.mark.parametrize(
    "word",
    [
        *("rape", "Raped", "gang rape", "sexual assault", "sexual abuse", "SGBV"),
        *("اغتصاب", "الاغتصاب", "تعرضت للاغتصاب", "اعتداء جنسي", "تحرش جنسي", "التعرية"),
        *(
            "threat of rape",
            "تهديد بالاغتصاب",
            "forced nakedness",
            "electric shocks to the genitals",
        ),
    ],
)
def test_a_word_for_sexual_violence_is_understood_and_sealed(word: str) -> None:
    vocabulary = Vocabulary.load()
    code = vocabulary.term_lists["torture_methods"].read(word)
    assert code is not None
    prop = vocabulary.types["Torture"].properties["methods"]
    assert vocabulary.level_of(prop, code) == SEALED
