"""Pages of shares: what is printed is read again, and says nothing about whose it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import qrcode

from bayyina.app.share_pages import share_page, write_share_pages
from bayyina.cli.share_reading import read_shares
from bayyina.errors import InputError, StorageError
from bayyina.keys.shares import ShareError, combine, split

SECRET = bytes(range(32))
SHARES = split(SECRET, of=3, needed=2)


def test_pages_are_read_again(tmp_path: Path) -> None:
    files = write_share_pages(SHARES, tmp_path / "shares")
    assert [path.name for path in files] == [f"share-{n}-of-3.html" for n in (1, 2, 3)]
    assert combine(read_shares([str(files[2]), str(files[0])])) == SECRET
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_what_stands_on_paper_is_the_share() -> None:
    page = share_page(SHARES[0], 3)
    lines = re.search(r"<pre>(.*?)</pre>", page, re.DOTALL)
    assert lines is not None
    typed = "".join(line[1:] for line in lines.group(1).splitlines())
    assert read_shares([typed]) == [SHARES[0]]


def test_the_code_is_the_share() -> None:
    """The picture is taken apart: its dark squares are those of a QR code of the text."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4)
    code.add_data(SHARES[1].text)
    code.make(fit=True)
    dark = {(x, y) for y, row in enumerate(code.get_matrix()) for x, cell in enumerate(row) if cell}
    drawn = {
        (int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", share_page(SHARES[1], 3))
    }
    assert drawn == dark


def test_a_page_has_both_languages_and_nothing_from_elsewhere() -> None:
    page = share_page(SHARES[0], 3)
    assert "Recovery share 1 of 3" in page
    assert "حصة الاستعادة 1 من 3" in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="not an empty folder"):
        write_share_pages(SHARES, tmp_path)


def test_a_disk_that_refuses_leaves_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, text: str) -> None:
        if path.name.startswith("share-2"):
            raise StorageError("full")
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr("bayyina.app.share_pages.write_private_file", refuse)
    with pytest.raises(StorageError):
        write_share_pages(SHARES, tmp_path / "shares")
    assert not list((tmp_path / "shares").iterdir())


def test_files_that_hold_no_share_are_named(tmp_path: Path) -> None:
    both = tmp_path / "both.txt"
    both.write_text(SHARES[0].text + "\n" + SHARES[1].text, encoding="utf-8")
    with pytest.raises(InputError, match="more than one share"):
        read_shares([str(both)])
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="Share 2 of those given cannot be read"):
        read_shares([SHARES[0].text, str(binary)])
    with pytest.raises(ShareError, match="Share 1 of those given has 3 characters"):
        read_shares(["abc"])
