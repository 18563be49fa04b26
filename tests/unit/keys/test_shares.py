"""Secrets in shares: any k of n, and never a wrong one unnoticed."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import InputError
from bayyina.keys.shares import Share, ShareError, _interpolate, combine, multiply, set_id, split

SECRET = bytes(range(32))
PUBLISHED = [
    "069WK-MHAF6-C1G3R-51CAB-HY8SD-6WYMP-6KTNB-DJPYW-XBXGY-6S774-D5NET-VZHEC-DTZEY-7VFQ6-Z46FE-6RVMB",
    "069WK-MHAF6-C1G4W-RPMK9-N0NRM-691DP-S6K0S-SZ8K6-AR4ND-DT8S0-V1JW2-Q2CGV-XACGF-VFMRQ-XZTVX-8PQ1D",
    "069WK-MHAF6-C1G74-XPRHJ-5EN0H-6N3XB-Z7B5S-NXRX9-BG1NH-FAERY-K4JG0-7CDR3-RAGJZ-XEWZZ-XMB5X-ZG20S",
    "069WK-MHAF6-C1G8W-04TRJ-T62K2-WZY73-5BH0G-KP2DB-A0AMA-WN520-HDG77-DXVA3-F08DG-Y3WAG-JTPEG-1MX2T",
    "069WK-MHAF6-C1GB4-54PTV-A82B7-W3WQT-3A95G-ZMJ3R-B8FMP-Y533J-S8GB5-XKT2D-A0MF0-R2MDA-J4TRW-G8FBC",
]
"""Shares of the bytes 0 to 31, 3 of 5, with the coefficients of ``counted``."""
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def counted() -> object:
    """Bytes that are no secret, the same each time."""
    numbers = itertools.count(1)
    return lambda length: bytes((next(numbers) * 37 + place) % 256 for place in range(length))


def vectors() -> tuple[Share, ...]:
    return split(SECRET, of=5, needed=3, random=counted())  # type: ignore[arg-type]


def test_products_are_those_of_fips_197() -> None:
    assert multiply(0x57, 0x83) == 0xC1  # section 4.2
    assert multiply(0x57, 0x13) == 0xFE  # section 4.2.1
    assert multiply(0, 0x13) == multiply(0x13, 0) == 0


def test_every_element_but_zero_has_an_inverse() -> None:
    for a in range(1, 256):
        assert sum(multiply(a, b) == 1 for b in range(256)) == 1


def test_published_vectors() -> None:
    texts = [share.text for share in vectors()]
    assert texts == PUBLISHED
    assert combine([Share.read(text) for text in texts[1:4]]) == SECRET
    assert set_id(SECRET).hex() == "93c9d22a7b"


def test_the_published_page_shows_the_same_vectors() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "share-format.md"
    assert (
        re.findall(r"^(?:[0-9A-Z]{5}-){15}[0-9A-Z]{5}$", page.read_text("utf-8"), re.MULTILINE)
        == PUBLISHED
    )


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.data())
def test_any_k_of_n_give_the_secret_back(secret: bytes, data: st.DataObject) -> None:
    of = data.draw(st.integers(2, 9))
    needed = data.draw(st.integers(2, of))
    shares = split(secret, of=of, needed=needed)
    some = data.draw(st.permutations(shares))[: data.draw(st.integers(needed, of))]
    again = [Share.read(share.text) for share in some]
    assert again == some
    assert combine(again) == secret


def test_every_subset_of_three_of_five() -> None:
    for some in itertools.combinations(vectors(), 3):
        assert combine(some) == SECRET


def test_fewer_than_needed_fit_every_secret() -> None:
    """For two shares of a set of three, each byte of the secret is as likely as any other."""
    first, second, third = vectors()[:3]
    found = set()
    for value in range(256):
        forged = replace(third, value=bytes([value]) * 32)
        with pytest.raises(ShareError, match="at least one of them is wrong"):
            combine([first, second, forged])
        found.add(_interpolate([first, second, forged], 0)[0])
    assert found == set(range(256))


def test_fewer_are_refused_however_often_one_is_given() -> None:
    first, second, *_ = vectors()
    with pytest.raises(ShareError, match="2 different shares were given; 3 are needed"):
        combine([first, second, first])


def test_the_largest_set() -> None:
    shares = split(SECRET, of=255, needed=200)
    assert combine(shares[55:]) == SECRET


def test_a_foreign_share_is_named() -> None:
    foreign = split(bytes(32), of=5, needed=3)[4]
    with pytest.raises(ShareError, match=f"Share 5 of set {foreign.set_id.hex()} does not belong"):
        combine([*vectors()[:2], foreign])


def test_a_wrong_share_is_named_where_one_more_is_given() -> None:
    shares = list(vectors())
    for place in range(4):
        wrong = replace(shares[place], value=bytes(32))
        given = [*shares[:place], wrong, *shares[place + 1 : 4]]
        with pytest.raises(ShareError, match=f"Share {place + 1} of set .* is wrong"):
            combine(given)


def test_two_shares_with_one_number_are_refused() -> None:
    first, second, third, *_ = vectors()
    with pytest.raises(ShareError, match="two different shares with the number 1"):
        combine([first, replace(first, value=bytes(32)), second, third])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 79), st.sampled_from(DIGITS))
def test_every_mistyped_character_is_found_in_its_line(place: int, digit: str) -> None:
    plain = vectors()[0].text.replace("-", "")
    if plain[place] == digit:
        return
    with pytest.raises(ShareError, match=f"My share is mistyped in line {place // 10 + 1} of 8"):
        Share.read(plain[:place] + digit + plain[place + 1 :], name="My share")


def test_characters_that_changed_places_are_found() -> None:
    plain = vectors()[1].text.replace("-", "")
    for first, second in itertools.combinations(range(80), 2):
        if plain[first] == plain[second]:
            continue
        swapped = list(plain)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        with pytest.raises(ShareError):
            Share.read("".join(swapped))


def test_a_share_is_read_as_people_type() -> None:
    share = vectors()[0]
    typed = share.text.lower().replace("0", "o").replace("1", "l").replace("-", " \n")
    assert Share.read(f"\u200f{typed}\n") == share


@pytest.mark.parametrize("text", ["", "ABCDE", "é" * 80, vectors()[0].text + "A"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ShareError):
        Share.read(text)


def test_all_shares_are_equally_long_and_say_nothing_about_the_secret() -> None:
    shares = split(b"\xff" * 32, of=255, needed=2)
    assert {len(share.text) for share in shares} == {95}
    assert all(share.value.hex() not in repr(share) for share in shares)
    assert len({share.mark for share in shares}) == 255


@pytest.mark.parametrize(("of", "needed"), [(3, 4), (3, 1), (256, 2), (0, 0), (2, -1)])
def test_numbers_that_do_not_fit_are_refused(of: int, needed: int) -> None:
    with pytest.raises(InputError, match=r"shares of which .* cannot be made"):
        split(SECRET, of=of, needed=needed)


def test_a_secret_of_another_length_is_refused() -> None:
    with pytest.raises(InputError, match="has 32 bytes, this has 31"):
        split(bytes(31), of=3, needed=2)
