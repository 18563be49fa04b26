"""What documents hold that a reader does not see, and what in them acts: office files, PDF, SVG."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from bayyina.media.indicators import indicators_of
from bayyina.media.markup import acting_parts, read_xml
from bayyina.media.office_files import read_office
from bayyina.media.pdf_files import read_pdf
from bayyina.media.plain_data import FileLimitError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = f"""<w:document {W}><w:body><w:p>
<w:r><w:t>FICTIONAL</w:t></w:r>
<w:ins w:author="FICT Alif" w:date="2013-05-14T09:00:00Z"><w:r><w:t>new</w:t></w:r></w:ins>
<w:del w:author="FICT Ba" w:date="2014-01-01T09:00:00Z"><w:r><w:delText>twelve chars</w:delText></w:r></w:del>
<w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r>
<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>seen again</w:t></w:r>
<w:r><w:instrText> DDEAUTO c:\\\\cmd.exe "/k calc" </w:instrText></w:r>
</w:p></w:body></w:document>"""
COMMENTS = (
    f'<w:comments {W}><w:comment w:author="FICT Ta" w:date="2015-01-01T00:00:00Z"/></w:comments>'
)
SETTINGS = f'<w:settings {W}><w:rsids><w:rsid w:val="1"/><w:rsid w:val="2"/></w:rsids></w:settings>'
TEMPLATE = (
    '<Relationships><Relationship Type="a/attachedTemplate" TargetMode="External"'
    ' Target="https://example.org/t.dotm"/></Relationships>'
)


def zipped(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def test_a_text_document_tells_changes_hidden_text_and_fields(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.docx",
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": BODY,
            "word/comments.xml": COMMENTS,
            "word/settings.xml": SETTINGS,
            "word/_rels/settings.xml.rels": TEMPLATE,
            "word/embeddings/oleObject1.bin": "x",
        },
    )
    found = read_office(path)
    assert found["changes_kept"] == {"inserted": 1, "deleted": 1}
    assert (found["deleted_characters"], found["hidden_characters"]) == (12, 6)
    assert found["changed_by"] == ["FICT Alif", "FICT Ba", "FICT Ta"]
    assert found["changed_between"] == ["2013-05-14T09:00:00Z", "2015-01-01T00:00:00Z"]
    assert (found["comments"], found["sessions_of_editing"]) == (1, 2)
    assert found["fields_that_fetch"] == {"DDEAUTO": 1}
    assert found["external"] == ["attachedTemplate: https://example.org/t.dotm"]
    assert found["embedded"] == ["word/embeddings/oleObject1.bin"]
    assert found["active"] == ["external references", "embedded files", "fields that fetch"]
    assert found["unseen"] == ["changes that are kept", "comments", "hidden text"]
    methods = {one.method: one for one in indicators_of({"office": found}, "", datetime.now(UTC))}
    assert set(methods) == {"active-content", "unseen-content"}
    assert "hidden text" in methods["unseen-content"].finding["en"]
    assert "نص مخفي" in methods["unseen-content"].finding["ar"]
    assert methods["unseen-content"].false_alarm_rate is None


def test_a_workbook_tells_what_is_hidden(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.xlsx",
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook><sheets><sheet name="a"/><sheet name="b" state="veryHidden"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": '<worksheet><cols><col hidden="1"/></cols><sheetData><row hidden="1"/><row/></sheetData></worksheet>',
            "xl/macrosheets/sheet1.xml": "<x/>",
            "xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink/></externalLink>",
        },
    )
    found = read_office(path)
    assert found["hidden"] == {"sheets": 1, "columns": 1, "rows": 1}
    assert found["active"] == ["macros", "fields that fetch"]


def test_an_open_document_tells_its_changes(tmp_path: Path) -> None:
    change = (
        "<text:changed-region><text:deletion><office:change-info><dc:creator>FICT Alif</dc:creator>"
        "<dc:date>2013-05-14T09:00:00</dc:date></office:change-info><text:p>seven c</text:p>"
        "</text:deletion></text:changed-region>"
    )
    spaces = "xmlns:text='t' xmlns:office='o' xmlns:dc='d' xmlns:draw='w' xmlns:xlink='x'"
    path = zipped(
        tmp_path / "a.odt",
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document {spaces}>{change}<draw:image xlink:href='http://example.org/x'/></office:document>",
            "Basic/Standard/Module1.xml": "<x/>",
        },
    )
    found = read_office(path)
    assert (found["changes_kept"], found["deleted_characters"]) == ({"deleted": 1}, 7)
    assert (found["changed_by"], found["changed_between"][0]) == (
        ["FICT Alif"],
        "2013-05-14T09:00:00",
    )
    assert found["external"] == ["image: http://example.org/x"]
    assert "macros" in found["active"]


@pytest.mark.parametrize("name", ["word/document.xml", "word/comments.xml", "docProps/custom.xml"])
def test_entities_in_any_part_are_refused(tmp_path: Path, name: str) -> None:
    grows = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    path = zipped(tmp_path / "a.docx", {"[Content_Types].xml": "<Types/>", name: grows})
    with pytest.raises(FileLimitError, match="entities"):
        read_office(path)


def layered(path: Path, **default: Any) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="FICT layer"))
        made: dict[str, Any] = {
            key: [layer] if value is None else value for key, value in default.items()
        }
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(**made))
        pdf.save(path)
    return path


def test_layers_that_are_not_shown_are_named(tmp_path: Path) -> None:
    shown = read_pdf(layered(tmp_path / "a.pdf"))
    hidden = read_pdf(layered(tmp_path / "b.pdf", OFF=None))
    base = read_pdf(layered(tmp_path / "c.pdf", BaseState=pikepdf.Name.OFF))
    assert shown["layers"] == [{"name": "FICT layer", "shown": True}]
    assert [one["unseen"] for one in (shown, hidden, base)] == [
        [],
        ["hidden layers"],
        ["hidden layers"],
    ]


def test_notes_and_text_that_is_not_drawn_are_named(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, F=2)
        other = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Highlight)
        page.obj.Annots = pikepdf.Array([pdf.make_indirect(note), pdf.make_indirect(other)])
        page.obj.Contents = pdf.make_stream(b"BT /F1 9 Tf 3 Tr (FICTIONAL) Tj ET")
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=pikepdf.Dictionary(BaseFont=pikepdf.Name.Helvetica))
        )
        pdf.save(tmp_path / "a.pdf")
    found = read_pdf(tmp_path / "a.pdf")
    assert found["annotations"] == {"Text": 1, "Highlight": 1}
    assert found["unseen"] == ["hidden annotations", "text that is not drawn", "comments"]
    assert found["fonts"] == ["Helvetica (not embedded)"]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<script>x</script>", ["scripts"]), ('<rect onload="x()"/>', ["scripts"]),
        ('<a href="javascript:x"/>', ["scripts"]), ('<a href="https://example.org"/>', []),
        ('<image href="https://example.org/x.png"/>', ["external references"]),
        ('<use xlink:href="file:///etc/passwd"/>', ["external references"]), ("<rect/>", []),
    ],
)  # fmt: skip
def test_what_acts_in_a_drawing_is_named(inner: str, expected: list[str]) -> None:
    assert acting_parts(read_xml(f"<svg xmlns:xlink='x'>{inner}</svg>".encode())) == expected


def test_a_part_that_is_longer_than_is_read_is_a_limit_and_no_damage(tmp_path: Path) -> None:
    sheet = "<worksheet>" + '<row hidden="1"/>' * 1_500_000 + "</worksheet>"
    parts = {"[Content_Types].xml": "<Types/>", "xl/worksheets/sheet1.xml": sheet}
    found = read_office(zipped(tmp_path / "a.xlsx", parts))
    assert "sheet1.xml is longer than is read" in found["limit"]
    assert "faults" not in found
