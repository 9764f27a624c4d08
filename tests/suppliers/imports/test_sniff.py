import pytest

from suppliers.imports import sniff
from suppliers.imports.delimited import read_csv
from suppliers.imports.problems import FileError

TEXT = "Teil;Prüfgröße\n007;5 €\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets_are_recognised(encoding: str) -> None:
    table = read_csv(TEXT.encode(encoding))
    assert table.headings == ["Teil", "Prüfgröße"]
    assert table.columns == [["007"], ["5 €"]]


CYRILLIC = "Пружина сжатия;Завод;Кронштейн двигателя;ООО Литейный;Крышка насоса;ВАЛ ПЕРВИЧНЫЙ"
GREEK = "Ελατήριο πίεσης;Εργοστάσιο;Βραχίονας κινητήρα;Χυτήριο;Καπάκι αντλίας;Άξονας"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CYRILLIC, each) for each in ("cp1251", "koi8_r", "cp866", "iso8859_5")] + [(GREEK, "cp1253")],
)
def test_cyrillic_and_greek_are_read_and_not_taken_for_umlauts(text: str, encoding: str) -> None:
    lines = "\n".join(f"P-{number};{name}" for number, name in enumerate(text.split(";")))
    assert sniff.decode(f"number;name\n{lines}\n".encode(encoding))[0].endswith(f"{lines}\n")


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp866", "iso8859_5"])
@pytest.mark.parametrize("name", ["Пружина", "ПРУЖИНА", "Завод Кронштейн"])
def test_few_foreign_words_are_refused_and_not_guessed(name: str, encoding: str) -> None:
    with pytest.raises(FileError, match="UTF-8"):
        sniff.decode(f"number;name\nP-1;{name}\n".encode(encoding))


NAMES = {
    "cp1250": (
        "Pružina;Šroub;Těsnění;Převodovka;Čerpadlo;Ložisko;Mladá Boleslav",
        "Łożysko;Śruba;Część;Zgięcie;Żeliwo;Półoś;Gdańsk",
        "Rugó;Csavar;Tömítés;Szivattyú;Győr;Kötőelem;Hőcserélő",
        "Pružina;Skrutka;Čerpadlo;Hriadeľ;Kôš;Vŕtačka;Žiar nad Hronom",
        "Größe;Ložisko;Sprężyna",
    ),
    "cp1252": (
        "Größe;Prüfmaß;Straße;Öl;ÄÖÜ;Kühlerschläuche",
        "Pièce usinée;à côté;Noël;Écrou;Besançon;“déjà”",
        "Fjeder;Møtrik;Åben;Kåbe;Støbegods;Tætning",
        "Qualità;Più;Città;Perché",
        "Estampación;España;Año;Tapón;Válvula;Nº 5",
        "Peça;Conexão;Junção;Vedação;São Paulo",
        "Größe;Pièce;Tamaño;Tætning",
        "cm³;Kante;m²;£5;½;Note – … – — 5 €;–––",
    ),
    "cp850": ("Größe;Prüfmaß;Straße;Kühler",),
}


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, table) for table, texts in NAMES.items() for text in texts]
)
def test_latin_names_are_read_in_the_table_they_were_written_in(text: str, encoding: str) -> None:
    lines = "\n".join(f"P-{number};{name}" for number, name in enumerate(text.split(";")))
    assert sniff.decode(lines.encode(encoding))[0] == lines


def test_utf16_without_mark_is_recognised() -> None:
    assert sniff.decode(TEXT.replace("ü", "u").replace("öß", "os").encode("utf-16-le"))[1] == (
        "utf-16-le"
    )


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_delimiters_are_recognised(mark: str) -> None:
    lines = [["document", "note", "quantity"], ["D1", "a b", "5"], ["D2", "", "7"]]
    table = read_csv("\n".join(mark.join(cells) for cells in lines).encode())
    assert table.facts["delimiter"] == mark
    assert table.columns == [["D1", "D2"], ["a b", ""], ["5", "7"]]


def test_decimal_commas_do_not_make_the_comma_the_delimiter() -> None:
    assert sniff.delimiter("a;b\n1,5;2,5\n1,5;2,5\n") == ";"


def test_first_line_that_names_the_delimiter_is_honoured_and_counted() -> None:
    table = read_csv(b"sep=|\na|b\n1|2\n")
    assert table.headings == ["a", "b"]
    assert table.first_row == 3


def test_one_column_has_no_delimiter() -> None:
    with pytest.raises(FileError, match="first line reads “document:quantity”"):
        sniff.delimiter("document:quantity\nD1:5\n")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0 old", "Excel 97"),
        (b"\x89PNG....", "PNG"),
        (b"<!DOCTYPE html><table>", "HTML"),
    ],
)
def test_other_formats_are_named(data: bytes, said: str) -> None:
    with pytest.raises(FileError, match=said):
        sniff.is_workbook(data)


def test_binary_is_no_table() -> None:
    with pytest.raises(FileError, match="neither a CSV text nor an XLSX"):
        sniff.decode(bytes(range(256)) * 4)


def test_blank_lines_keep_row_numbers_and_quoted_breaks_stay_in_their_cell() -> None:
    table = read_csv(b'\na;b\n1;"x\ny"\n\n2;z\n')
    assert table.headings == ["a", "b"]
    assert table.first_row == 3
    assert table.columns == [["1", "", "2"], ["x\ny", "", "z"]]


def test_rows_with_too_many_cells_are_noted() -> None:
    table = read_csv(b"a;b\n1;2\n1;2;3\n1;2;;\n")
    assert table.too_wide == [1]


def test_open_quotation_mark_is_explained() -> None:
    with pytest.raises(FileError, match="never closed"):
        read_csv(b'a;b\n1;"2\n3;4\n')


@pytest.mark.parametrize(
    "title",
    [
        "Deliveries October 2026\n\n",
        "Deliveries, October 2026;;\nPlant: W1;;\n",
        '"Deliveries; October 2026"\n',
    ],
)
def test_title_above_the_headings_is_not_taken_for_them(title: str) -> None:
    table = read_csv(f"{title}a;b;c\n1;2;3\n4;5;6\n".encode())
    assert table.headings == ["a", "b", "c"]
    assert table.columns == [["1", "4"], ["2", "5"], ["3", "6"]]
    assert table.first_row == title.count("\n") + 2


def test_headings_somebody_knows_are_found_below_a_wide_head() -> None:
    data = b"plant;W1;month;10\nfilter;none;by;me\na;b\n1;2\n"
    assert read_csv(data).headings == ["plant", "W1", "month", "10"]
    table = read_csv(data, lambda cells: "a" in cells)
    assert (table.headings, table.columns[0]) == (["a", "b"], ["1"])
