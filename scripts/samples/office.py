"""Office files, saved pages and mail, written part by part, so that they are the same bytes whenever they are written."""

from __future__ import annotations

import quopri
from base64 import encodebytes
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape

from accuracy.forms import archive

Rows = Sequence[Sequence[str]]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def docx(title: str, before: Sequence[str], rows: Rows, after: Sequence[str], signed: Sequence[str] = ()) -> bytes:
    """A Word document with a heading, a table between paragraphs, and a signature set to the right (ECMA-376)."""

    def paragraph(text: str, style: str = "") -> str:
        return f"<w:p>{style}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"

    table = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    body = (
        paragraph(title, '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>')
        + "".join(map(paragraph, before))
        + (f"<w:tbl>{table}</w:tbl>" if rows else "")
        + "".join(map(paragraph, after))
        + "".join(paragraph(text, '<w:pPr><w:jc w:val="right"/></w:pPr>') for text in signed)
    )
    return archive(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            b'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml"'
            b' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
            b'<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>',
            "_rels/.rels": _relation("officeDocument", "word/document.xml"),
            "word/_rels/document.xml.rels": _relation("styles", "styles.xml"),
            "word/styles.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:styles {_W}><w:style w:type="paragraph" w:styleId="Heading1">'
            '<w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'.encode(),
            "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}</w:body></w:document>'.encode(),
        }
    )


def _relation(kind: str, target: str) -> bytes:
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
        f' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
    ).encode()


def xlsx(sheet: str, rows: Rows) -> bytes:
    """A workbook of one sheet; cells of digits are numbers (ECMA-376)."""

    def cell(text: str) -> str:
        return f"<c><v>{text}</v></c>" if text.isdigit() else f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return archive(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            b'<Default Extension="xml" ContentType="application/xml"/>'
            b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            b'<Override PartName="/xl/worksheets/sheet1.xml"'
            b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
            "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
            "xl/workbook.xml": f'<?xml version="1.0" encoding="UTF-8"?><workbook {main}'
            ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f'<sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="UTF-8"?><worksheet {main}><sheetData>{lines}</sheetData></worksheet>'.encode(),
        }
    )


def odt(title: str, paragraphs: Sequence[str]) -> bytes:
    """A text document (OASIS OpenDocument 1.2)."""
    body = f'<text:h text:outline-level="1">{escape(title)}</text:h>' + "".join(
        f"<text:p>{escape(text)}</text:p>" for text in paragraphs
    )
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'.encode(),
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_ODF}:office:1.0"'
            f' xmlns:text="{_ODF}:text:1.0" office:version="1.2"><office:body><office:text>{body}</office:text></office:body>'
            "</office:document-content>".encode(),
        }
    )


def rtf(paragraphs: Sequence[str]) -> bytes:
    """Rich text in the encoding that Chinese programs wrote it in (RTF 1.9, code page 936)."""

    def written(text: str) -> str:
        return "".join(c if c.isascii() else "".join(f"\\'{byte:02x}" for byte in c.encode("gbk")) for c in text)

    body = "".join(f"\\pard {written(text)}\\par\r\n" for text in paragraphs)
    return ("{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}}\r\n\\f0 " + body + "}").encode(
        "ascii"
    )


def csv(rows: Rows) -> bytes:
    """A table as a spreadsheet program of a Chinese Windows saves it."""
    return "".join(",".join(row) + "\r\n" for row in rows).encode("gb18030")


def saved_page(title: str, paragraphs: Sequence[str], day: str, source: str) -> bytes:
    """A page that a browser saved as one file (RFC 2557)."""
    html = (
        f'<html lang="zh"><head><meta charset="gb2312"><title>{escape(title)}</title><meta name="PubDate" content="{day}">'
        f'<meta name="ContentSource" content="{escape(source)}"></head><body><h1>{escape(title)}</h1>'
        + "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
        + '<img src="cid:seal"></body></html>'
    )
    page = quopri.encodestring(html.encode("gb18030")).decode("ascii")
    seal = encodebytes(
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xa82\x1f\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )
    return (
        'From: <Saved by a browser>\nMIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="--part"\n\n'
        '----part\nContent-Type: text/html; charset="gb2312"\nContent-Transfer-Encoding: quoted-printable\n\n'
        f"{page}\n----part\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\nContent-ID: <seal>\n\n{seal.decode()}\n----part--\n"
    ).encode("ascii")


def letter(subject: str, paragraphs: Sequence[str], name: str, attached: bytes) -> bytes:
    """A message with a file that hangs on it (RFC 5322)."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "office@example.org"
    message["To"] = "streets@example.org"
    message["Date"] = "Wed, 12 Jul 2023 09:30:00 +0800"
    message.set_content("\n\n".join(paragraphs), charset="gb18030", cte="base64")
    message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary("=part=")
    return message.as_bytes()


def book(title: str, chapters: Sequence[tuple[str, str]]) -> bytes:
    """A book, a chapter a file (EPUB 3)."""
    names = [f"c{number}.xhtml" for number, _ in enumerate(chapters, 1)]
    items = "".join(f'<item id="{name[:-6]}" href="{name}" media-type="application/xhtml+xml"/>' for name in names)
    spine = "".join(f'<itemref idref="{name[:-6]}"/>' for name in names)
    return archive(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
            b'<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
            "book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(title)}</dc:title><dc:language>zh</dc:language></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>".encode(),
            **{
                name: f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{escape(head)}</title></head><body><h1>{escape(head)}</h1>'
                f"<p>{escape(text)}</p></body></html>".encode()
                for name, (head, text) in zip(names, chapters, strict=True)
            },
        }
    )
