"""Cleans the raw corpora into one file of documents for each source.

    python corpus.py RAW_FOLDER TEXT_FOLDER

RAW_FOLDER holds `fairytaleqa_stories.txt` and `chilit_70.txt`, plain or with `.xz`. TEXT_FOLDER
gets `tales.txt` and `books.txt`: UTF-8, one paragraph a line, documents separated by a line
`<|story|>`. A document is a whole tale or a whole book; a book's chapters are separated by a line
`<|part|>`, so that a split by documents never puts two chapters of one book on both sides.
"""

import argparse
import lzma
import pathlib
import re
import unicodedata

DOCUMENT = "<|story|>"
PART = "<|part|>"
HERE = pathlib.Path(__file__).parent

HEADING = re.compile(
    r"(chapter|part|book|story|adventure|letter|volume)\b[ .]*([ivxlc]+|\d+|the \w+|\w+)\b.{0,80}"
    r"|[ivxlc]+[.]?|\d+[.]?|(the )?end[.]?|contents[.:]?|preface[.]?|introduction[.]?"
    r"|finis[.]?|notes?[.]?|footnotes?[.:]?",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(chapter|part|book)\b[ .]*([ivxlc]+|\d+|the \w+|\w+)\b.{0,80}", re.IGNORECASE)


def read(folder: pathlib.Path, name: str) -> str:
    plain = folder / name
    if plain.exists():
        return plain.read_text(encoding="utf-8")
    with lzma.open(folder / f"{name}.xz", "rt", encoding="utf-8") as file:
        return file.read()


def blocks(text: str) -> list[list[str]]:
    """The runs of lines between blank lines."""
    found, current = [], []
    for line in text.replace("\r", "").expandtabs(4).split("\n") + [""]:
        if line.strip():
            current.append(line.rstrip())
        elif current:
            found.append(current)
            current = []
    return found


def is_verse_or_table(lines: list[str]) -> bool:
    """Verse, tables and letterheads: indented throughout, or short lines that begin in capitals."""
    if len(lines) == 1:
        return len(lines[0]) - len(lines[0].lstrip()) >= 8
    if all(line.startswith("   ") for line in lines):
        return True
    short = sum(len(line.strip()) < 50 for line in lines)
    capital = sum(line.strip(" \"'`(‘“_")[:1].isupper() for line in lines)
    return len(lines) >= 2 and short >= len(lines) - 1 and capital >= len(lines) - 1 and len(lines) > 2


def unwrap(lines: list[str]) -> list[str]:
    """Joins hard-wrapped lines. A short line that ends a sentence ends a paragraph too."""
    width = max(len(line) for line in lines)
    if width > 120:
        return [line.strip() for line in lines]
    paragraphs, current = [], ""
    for line in lines:
        line = line.strip()
        current = f"{current} {line}" if current else line
        if len(line) < 0.6 * width and re.search(r"[.!?][\"'”’]?$", line):
            paragraphs.append(current)
            current = ""
    return paragraphs + ([current] if current else [])


def straighten_quotes(text: str, single: bool) -> str:
    """Curly quotes become straight; in a book that quotes speech with single marks, those become double."""
    text = text.replace("“", '"').replace("”", '"').replace("`", "'")
    if single:
        text = text.replace("‘", "'").replace("’", "'")
        text = re.sub(r"(^|[\s(\"]|--)'(?=[A-Z\"]|[a-z]+[ ,!?.'-])(?!(tis|twas|em|twill|twere)\b)", r'\1"', text)
        text = re.sub(r"(?<=[.,!?;:-])'(?=$|[\s)\"]|--)", '"', text)
    return text.replace("‘", "'").replace("’", "'")


def clean(paragraph: str, single: bool) -> str:
    """One paragraph in plain ASCII punctuation without the marks of the edition."""
    text = straighten_quotes(paragraph, single)
    text = re.sub(r"\[\d+\]|\{\d+\}|\(\d+\)", "", text)
    text = re.sub(r"\[[^]]*\]|<[^>]*>|\{[^}]*\}", "", text)
    text = text.replace("_", "").replace("*", "").replace("—", "--").replace("…", "...")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.replace("æ", "ae").replace("Æ", "Ae").replace("œ", "oe")
    text = re.sub(r"-{3,}", "--", text)
    text = re.sub(r"(\. ?){3,}", "... ", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"([,;:!?])(?=[A-Za-z])", r"\1 ", text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\b[A-Z]{3,}\b", lambda shouted: shouted[0].lower(), text)
    return re.sub(r"[A-Za-z]", lambda first: first[0].upper(), text, count=1)


def is_prose(text: str) -> bool:
    if not text or not re.search(r"[.!?\"')-]$|[,:;]$", text):
        return False
    letters = sum(c.isalpha() for c in text)
    if letters < 0.6 * len(text) or sum(c.isupper() for c in text) > 0.4 * letters:
        return False
    if re.search(r"gutenberg|transcriber|copyright|e-?text|www\.|http|illustration", text, re.IGNORECASE):
        return False
    return not HEADING.fullmatch(text) and text.isascii()


def prose(text: str) -> list[str]:
    """The paragraphs of running prose in a text, with PART where a chapter begins."""
    doubles, singles = len(re.findall(r'["“]', text)), len(re.findall(r"(?:^|[\s—-])['‘](?=[A-Z])", text))
    single = singles > doubles
    paragraphs: list[str] = []
    for lines in blocks(text):
        if NUMBERED.fullmatch(lines[0].strip()) and len(lines) <= 2:
            paragraphs.append(PART)
            continue
        if is_verse_or_table(lines):
            continue
        paragraphs += [p for p in (clean(raw, single) for raw in unwrap(lines)) if is_prose(p)]
    trimmed: list[str] = []
    for paragraph in paragraphs:
        if paragraph != PART or (trimmed and trimmed[-1] != PART):
            trimmed.append(paragraph)
    return trimmed[:-1] if trimmed and trimmed[-1] == PART else trimmed


def books(text: str) -> list[list[str]]:
    """The chosen books: each begins at its title line and ends where the next begins."""
    catalogue = []
    for line in (HERE / "books.txt").read_text(encoding="utf-8").splitlines():
        if line[:2] in ("+ ", "- "):
            title, author = line[2:].split(" | ")
            catalogue.append((line[0] == "+", f"{title}\n{author}\n"))
    starts = [text.find(heading) for _, heading in catalogue]
    missing = [heading for (_, heading), start in zip(catalogue, starts) if start < 0]
    if missing or starts != sorted(starts):
        raise SystemExit(f"books.txt doesn't fit the corpus: {missing or 'the order differs'}")
    chosen = []
    for (used, heading), start, end in zip(catalogue, starts, starts[1:] + [len(text)]):
        if used:
            chosen.append(prose(text[start + len(heading) : end]))
    return chosen


def write(path: pathlib.Path, documents: list[list[str]]) -> None:
    path.write_text(f"\n{DOCUMENT}\n".join("\n".join(d) for d in documents) + "\n", encoding="utf-8")
    words = sum(len(p.split()) for d in documents for p in d)
    print(f"{path.name}: {len(documents)} documents, {words} words, {path.stat().st_size} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("raw", type=pathlib.Path)
    parser.add_argument("text", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.text.mkdir(parents=True, exist_ok=True)
    tales = [prose(t) for t in read(arguments.raw, "fairytaleqa_stories.txt").split(DOCUMENT)]
    write(arguments.text / "tales.txt", [t for t in tales if t])
    write(arguments.text / "books.txt", books(read(arguments.raw, "chilit_70.txt")))


if __name__ == "__main__":
    main()
