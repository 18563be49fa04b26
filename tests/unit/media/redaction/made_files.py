"""Made files for redaction, and ways to make a copy in this process or as the program does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import typst
from PIL import Image, ImageDraw, PngImagePlugin

from bayyina.media.redaction.checking import check_copy
from bayyina.media.redaction.results import Made
from bayyina.media.redaction.worker import make
from bayyina.standards.redaction_plan import read_plan_text

SECRET = "FICT Alif Ba"


def plan(*entries: str, head: str = "") -> str:
    """The text of a plan with these entries in flow style."""
    listed = "".join(f"  - {{{one}}}\n" for one in entries)
    return f"version: 1\n{head}redact:\n{listed}"


def words(*texts: str, more: str = "") -> str:
    listed = ", ".join(f'"{one}"' for one in texts)
    return f"words: [{listed}], reason: source{more}"


def region(sides: str, *, more: str = "", shape: str = "rectangle") -> str:
    return f"region: {{{shape}: {sides}{more}}}, reason: child"


def carried_out(path: Path, text: str, out: Path) -> tuple[Made, list[str]]:
    """Make a copy and check it, in this process; what it was and what was checked."""
    read = read_plan_text(text, "the plan")
    made = make(path, read, out, path.suffix.removeprefix("."), 60.0)
    return made, check_copy(out, read, made, 60.0)


def photograph(path: Path, *, orientation: int = 1) -> Path:
    """A picture of 640 by 480 that says much of itself, in the format of the ending."""
    picture = Image.new("RGB", (640, 480), (200, 180, 150))
    ImageDraw.Draw(picture).text((20, 20), "FICT PLATE 12345", fill=0)
    exif = picture.getexif()
    exif[0x0112], exif[0x010E], exif[0x013B] = orientation, SECRET, SECRET
    if path.suffix != ".tif":
        exif[0x8825] = {1: "N", 2: (33.0, 30.0, 0.0), 3: "E", 4: (36.0, 18.0, 0.0)}
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET)
    info.add_itxt("Description", SECRET, zip=True)
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET}</x:xmpmeta>'.encode()
    if path.suffix == ".png":
        picture.save(path, exif=exif, pnginfo=info)
    elif path.suffix == ".jpg":
        picture.save(path, exif=exif, comment=SECRET.encode(), xmp=xmp)
    else:
        picture.save(path, exif=exif)
    with path.open("ab") as file:
        file.write(SECRET.encode())
    return path


def document(path: Path) -> Path:
    """A PDF of three pages that tells a name in every place a PDF can hide one in."""
    source = f"""#set page(width: 300pt, height: 400pt, margin: 30pt)
= {SECRET} report
The witness {SECRET} lives #text(fill: white)[{SECRET}] in Xtown. #lorem(20)

اسمه محمد العلي وهو من حلب
#pagebreak()
#v(80pt) #h(80pt) #rotate(90deg, reflow: true)[{SECRET} turned]
second page
#pagebreak()
third page
"""
    plain = path.with_suffix(".plain.pdf")
    written = path.with_suffix(".typ")
    written.write_text(source, encoding="utf-8")
    typst.compile(str(written), output=str(plain))
    with pikepdf.open(plain) as pdf:
        first = pdf.pages[0]
        first.obj.CropBox = pikepdf.Array([20, 20, 290, 395])
        pdf.pages[1].obj.Rotate = 90
        beside = path.with_suffix(".attached.txt")
        beside.write_text(SECRET, encoding="utf-8")
        pdf.attachments["secret.txt"] = pikepdf.AttachedFileSpec.from_filepath(pdf, beside)
        pdf.docinfo["/Author"] = SECRET
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=SECRET)
        remark = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[30, 300, 60, 330],
            Contents=SECRET,
        )  # fmt: skip
        first.obj.Annots = pikepdf.Array([pdf.make_indirect(remark)])
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(SECRET, 0))
        pdf.save(path)
    with path.open("ab") as file:
        file.write(f"\n% {SECRET}\n".encode())
    return path


def sound(path: Path) -> Path:
    """Six seconds of a tone, in the format of the ending, with a title."""
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=6", "-metadata", f"title={SECRET}", str(path))
    return path


def film(path: Path) -> Path:
    """Six seconds of a moving test picture of odd size, with sound, two titles and a chapter."""
    chapters = path.with_suffix(".txt")
    chapters.write_text(
        f";FFMETADATA1\ntitle={SECRET}\nlocation=+33.5+36.3/\n"
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=3\ntitle={SECRET}\n"
    )
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc=size=161x121:rate=25:d=6"),
        *("-f", "lavfi", "-i", "sine=440:d=6", "-f", "lavfi", "-i", "sine=880:d=6"),
        *("-i", str(chapters), "-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3"),
        *("-metadata:s:v", f"title={SECRET}", "-preset", "ultrafast", str(path)),
    )
    return path


def ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True, timeout=240)


def every_tag(path: Path) -> dict[str, str]:
    """What exiftool finds, but for what the file system says."""
    answer = subprocess.run(
        ["exiftool", "-a", "-G1", "-s", "--System:all", path],
        check=True, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    pairs = (line.partition(" : ") for line in answer.stdout.splitlines())
    return {" ".join(name.split()): value for name, _, value in pairs}
