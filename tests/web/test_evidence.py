"""Evidence in a browser: several files at once, a look with its reason, nothing without one."""

from __future__ import annotations

import io
import re
import uuid
from urllib.parse import urljoin
from urllib.request import Request

import pytest
from PIL import Image

from tests.unit.media.test_viewing import archive as captured
from tests.web.conftest import Browser, Page, Served
from tests.web.test_lists_reports_decisions import settled

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND"
    b"\xaeB`\x82"
)
HOSTILE = b"<html><script>alert(1)</script> FICTIONAL</html>"


def send_files(browser: Browser, files: dict[str, bytes], **said: str) -> Page:
    page = browser.get("/evidence/").text
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert secret
    edge = uuid.uuid4().hex
    fields = {"csrfmiddlewaretoken": secret.group(1)} | said
    body = b"".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    for name, content in files.items():
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body += head.encode() + content + b"\r\n"
    body += f"--{edge}--\r\n".encode()
    address = urljoin(browser.address, "/evidence/")
    kind = f"multipart/form-data; boundary={edge}"
    return browser.ask(Request(address, body, {"Content-Type": kind, "Referer": address}))


def test_files_are_taken_in_looked_at_and_logged(served: Served) -> None:
    amal = served.browser("amal")
    files = {
        "../../one.png": PICTURE,
        "page.html": HOSTILE,
        "note.txt": "نص خيالي FICTIONAL".encode(),
        "<img src=x>.txt": b"another FICTIONAL",
    }
    sent = send_files(amal, files, source="FICT courier", brought_by="FICT somebody")
    assert sent.status == 200, sent.text
    done = settled(amal, "/evidence/")
    assert "4 taken in" in done
    assert "<img src=x" not in done
    assert not list((served.folder / "incoming-evidence").iterdir())
    ids = {
        name: one
        for one, name in re.findall(
            r'href="/evidence/(FICT-\d+-\d+)/"><bdi dir="ltr">[^<]*</bdi></a> <bdi dir="auto">([^<]*)<',
            done,
        )
    }
    picture, page, note = ids["one.png"], ids["page.html"], ids["note.txt"]
    shown = amal.get(f"/evidence/{picture}/").text
    assert "image/png" in shown
    assert "FICT somebody" not in shown  # sealed
    assert amal.get(f"/evidence/{picture}/bytes").status == 403

    refused = amal.post(
        f"/evidence/{picture}/look/", {"reason": ""}, form_of=f"/evidence/{picture}/"
    )
    assert refused.status == 400
    look = amal.post(
        f"/evidence/{picture}/look/", {"reason": "to date it"}, form_of=f"/evidence/{picture}/"
    ).text
    assert 'class="look veiled"' in look
    assert 'class="look"' in amal.get(f"/evidence/{picture}/?clear=1").text
    assert "to date it" in amal.get(f"/evidence/{picture}/").text
    assert "evidence looked at" in amal.get("/log/").text

    raw = amal.opener.open(urljoin(served.address, f"/evidence/{picture}/bytes"))
    assert raw.read() == PICTURE
    assert raw.headers["Content-Type"] == "image/png"
    assert "sandbox" in raw.headers["Content-Security-Policy"]
    assert raw.headers["Cache-Control"] == "no-store"

    amal.post(f"/evidence/{page}/look/", {"reason": "r"}, form_of=f"/evidence/{page}/")
    unsafe = amal.get(f"/evidence/{page}/bytes")
    assert unsafe.headers["content-type"] == "application/octet-stream"
    assert unsafe.headers["content-disposition"].startswith("attachment")
    words = amal.post(f"/evidence/{note}/look/", {"reason": "r"}, form_of=f"/evidence/{note}/")
    assert "نص خيالي" in words.text

    region = {"left": "10", "top": "20", "width": "30", "height": "40", "note": "FICTIONAL a mark"}
    form = {"form_of": f"/evidence/{picture}/"}
    told = amal.post(f"/evidence/{picture}/annotate/", region, **form)
    assert "region 10,20,30,40" in told.text
    assert "FICTIONAL a mark" in told.text
    outside = amal.post(f"/evidence/{picture}/annotate/", region | {"left": "90"}, **form)
    assert outside.status == 400

    # Another person's look is another look.
    badr = served.browser("badr")
    assert badr.get(f"/evidence/{picture}/").status == 200
    assert badr.get(f"/evidence/{picture}/bytes").status == 403
    assert served.browser("viewer").get("/evidence/").status == 403
    assert served.browser("viewer").get(f"/evidence/{picture}/bytes").status == 403
    assert served.browser("intake").get(f"/evidence/{picture}/").text.count("/look/") == 0


def test_a_sealed_file_opens_with_a_reason_alone(served: Served) -> None:
    amal = served.browser("amal")
    send_files(amal, {"secret.txt": b"sealed FICTIONAL"}, sealed="on")
    done = settled(amal, "/evidence/")
    found = re.search(r'<ul><li><a href="/evidence/(FICT-\d+-\d+)/"', done)
    assert found
    path = f"/evidence/{found.group(1)}/"
    closed = amal.get(path).text
    assert "Say why you open it" in closed
    assert "secret.txt" not in closed
    opened = amal.post(path, {"reason": "asked by a court"})
    assert "secret.txt" in opened.text
    amal.post(f"{path}look/", {"reason": "asked by a court"}, form_of=path)
    assert "sealed FICTIONAL" in amal.get(path).text  # for as long as the look lasts
    assert served.browser("intake").get(path).status == 403


def test_nothing_is_no_upload(served: Served) -> None:
    page = served.browser("amal").post("/evidence/", {"source": "x"})
    assert page.status == 400


def taken_in(browser: Browser, files: dict[str, bytes]) -> dict[str, str]:
    """The ids of files that are taken in now, by their names."""
    send_files(browser, files)
    done = settled(browser, "/evidence/")
    found = re.findall(
        r'href="/evidence/(FICT-\d+-\d+)/"><bdi dir="ltr">[^<]*</bdi></a> <bdi dir="auto">([^<]*)<',
        done,
    )
    return {name: one for one, name in found}


@pytest.mark.slow  # a process for each page that is drawn
def test_pages_captures_and_messages_are_shown_within_a_look(served: Served) -> None:
    amal = served.browser("amal")
    pages, archive = io.BytesIO(), b"".join(captured()[1:3])
    Image.new("RGB", (300, 400), "red").save(
        pages, "PDF", save_all=True, append_images=[Image.new("RGB", (300, 400), "blue")]
    )
    chat = "\n".join(f"1/05/2013, 14:0{n} - FICT Sami: FICT-word-{n}" for n in range(5))
    files = {"two.pdf": pages.getvalue(), "one.warc": archive, "scan_13.txt": chat.encode()}
    ids = taken_in(amal, files)
    paper, web, talk = (ids[name] for name in files)
    assert amal.get(f"/evidence/{paper}/shown?page=1").status == 403  # nobody said why
    for one in ids.values():
        amal.post(f"/evidence/{one}/look/", {"reason": "r"}, form_of=f"/evidence/{one}/")

    place = f"/evidence/{paper}/annotate/"
    second = {
        "page": "2",
        "left": "10",
        "top": "20",
        "width": "30",
        "height": "40",
        "note": "FICT b",
    }
    amal.post(place, second, form_of=f"/evidence/{paper}/")
    first = amal.get(f"/evidence/{paper}/").text
    assert "Page 1 of 2" in first
    assert (
        f'class="look veiled" alt="Evidence {paper}, page 1" src="/evidence/{paper}/shown?page=1"'
        in first
    )
    assert '<rect x="10%"' not in first  # another page
    assert "page 2, region 10,20,30,40" in first
    clear = amal.get(f"/evidence/{paper}/?page=2&clear=1").text
    assert f'src="/evidence/{paper}/shown?page=2&amp;clear=1"' in clear
    assert '<rect x="10%" y="20%" width="30%" height="40%">' in clear
    drawn = amal.opener.open(urljoin(served.address, f"/evidence/{paper}/shown?page=2&clear=1"))
    assert (drawn.headers["Content-Type"], drawn.read(3)) == ("image/jpeg", b"\xff\xd8\xff")
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    assert "names no such part" in amal.get(f"/evidence/{paper}/?page=x").text

    assert "https://x.example/1" in amal.get(f"/evidence/{web}/").text
    page = amal.get(f"/evidence/{web}/?capture=1").text
    assert "FICTIONAL first" in page
    assert "FICT-SCRIPT" not in page
    assert "veiled" in amal.get(f"/evidence/{web}/?capture=2").text
    assert amal.get(f"/evidence/{talk}/").text.count('class="said side-0"') == 5

    # What was marked goes over into the form that redacts, over the same page, still covered.
    redacting = amal.post(
        f"/evidence/{paper}/redact/", second | {"preview": "1"}, form_of=f"/evidence/{paper}/"
    )
    assert (
        'name="left-0" type="number" min="0" max="100" step="any" dir="ltr" value="10"'
        in redacting.text
    )
    assert (
        f'class="look veiled" alt="Evidence {paper}" src="/evidence/{paper}/shown?page=2"'
        in redacting.text
    )
    assert '<rect x="10" y="20" width="30" height="40">' in redacting.text


def test_a_player_may_ask_for_a_part(served: Served) -> None:
    amal = served.browser("amal")
    sound = b"RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\0\x10\0\0"
    sound += bytes(n % 251 for n in range(4096))
    one = taken_in(amal, {"AUD_11.wav": sound})["AUD_11.wav"]
    amal.post(f"/evidence/{one}/look/", {"reason": "r"}, form_of=f"/evidence/{one}/")
    assert "muted" in amal.get(f"/evidence/{one}/").text

    def part(said: str) -> tuple[int, bytes, str]:
        request = Request(
            urljoin(served.address, f"/evidence/{one}/bytes"), headers={"Range": said}
        )
        with amal.opener.open(request) as answer:
            return answer.status, answer.read(), answer.headers.get("Content-Range", "")

    assert part("bytes=10-19") == (206, sound[10:20], f"bytes 10-19/{len(sound)}")
    assert part("bytes=4000-")[1] == sound[4000:]
    assert part("bytes=-7")[1] == sound[-7:]
    for wrong in ("bytes=90000-", "bytes=5-2", "bytes=-", "pages=1-2", "bytes=1-2,4-5"):
        assert part(wrong)[:2] == (200, sound)
