"""Statements of a bank: read to the cent in three formats, and refused as a whole where something is not right."""

import time
from datetime import date

import pytest

from concierge.domain.money import Money
from concierge.domain.statements import StatementError, is_account_of, line_keys, statement_key
from concierge.domain.vocabulary import StatementFormat
from concierge.gateways import statements
from concierge.gateways.statements import MOST_BYTES, Layout, read

BALANCE = (
    "<Bal><Tp><CdOrPrtry><Cd>{0}</Cd></CdOrPrtry></Tp><Amt Ccy='USD'>{1}</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
    "<Dt><Dt>2026-11-24</Dt></Dt></Bal>"
)
ENTRY = """<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt>{bank_id}<NtryDtls>{details}</NtryDtls></Ntry>"""
WIRE = """<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<AmtDtls><InstdAmt><Amt Ccy="EUR">9000.00</Amt></InstdAmt></AmtDtls>
<RltdPties><Dbtr><Pty><Nm>K. AL MUTAIRI</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>SA0380000000608010167519</IBAN></Id>
</DbtrAcct></RltdPties><RmtInf><Ustrd>AC-7K4M2Q</Ustrd><Ustrd>ديبوزت</Ustrd></RmtInf></TxDtls>"""


def entry(
    amount="9975.00", mark="CRDT", currency="USD", status="BOOK", day="2026-11-24", bank_id="", details=WIRE
):
    return ENTRY.format(
        amount=amount, mark=mark, currency=currency, status=status, day=day, details=details,
        bank_id=f"<AcctSvcrRef>{bank_id}</AcctSvcrRef>" if bank_id else "",
    )  # fmt: skip


def camt(
    *entries: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>', closing: str = "10975.00"
) -> bytes:
    return (
        f'{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>'
        "<MsgId>1</MsgId><CreDtTm>2026-11-24T06:00:00</CreDtTm></GrpHdr><Stmt><Id>S-1</Id><Acct><Id><Othr><Id>000123456789</Id></Othr>"
        f"</Id></Acct>{BALANCE.format('OPBD', '1000.00')}{BALANCE.format('CLBD', closing)}{''.join(entries)}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


MT940 = """:20:STARTUMSE
:25:10010010/000123456789
:28C:00001/001
:60F:C261123USD1000,00
:61:2611241124C9975,00NTRFNONREF//REF1
:86:166?00TRANSFER?20AC-7K4M2Q DEPOSIT?31SA0380000000608010167519?32K. AL MUTAIRI
:61:2611241124RC25,00NCHGNONREF
:86:Fee taken back
:62F:C261124USD10950,00
-
"""
LAYOUT = Layout(
    delimiter=";", decimal=",", date_format="%d.%m.%Y",
    columns={"booked_on": "Buchungstag", "amount": "Betrag", "text": "Zweck", "payer_name": "Name"},
)  # fmt: skip


def first(data: bytes, layout: Layout = LAYOUT, currency: str = "USD"):
    return read(data, layout, currency)[1][0]


def refused(data: bytes, layout: Layout = LAYOUT, currency: str = "USD") -> tuple[str, int]:
    with pytest.raises(StatementError) as caught:
        read(data, layout, currency)
    return caught.value.code, caught.value.data["line"]


def test_camt_gives_what_arrived_and_not_what_was_ordered():
    kind, (statement,) = read(camt(entry(bank_id="R1")), LAYOUT, "USD")
    (line,) = statement.lines
    assert (kind, statement.account, statement.number) == (StatementFormat.CAMT053, "000123456789", "S-1")
    assert (line.amount, line.booked_on, line.bank_id) == (Money(997_500, "USD"), date(2026, 11, 24), "R1")
    assert (line.payer_name, line.payer_account) == ("K. AL MUTAIRI", "SA0380000000608010167519")
    assert (line.text, line.end_to_end) == ("AC-7K4M2Q ديبوزت", "")
    assert statement.gap == Money(0, "USD")


def test_camt_with_a_prefix_and_pending_entries_is_read_as_booked():
    data = camt(entry(), entry(amount="5.00", status="PDNG")).decode()
    prefixed = (
        data.replace("xmlns=", "xmlns:b=").replace("<", "<b:").replace("<b:/", "</b:").replace("<b:?", "<?")
    )
    assert [line.amount.minor for line in first(prefixed.encode()).lines] == [997_500]


def test_a_batch_is_parted_where_its_parts_make_the_sum_and_stays_whole_where_not():
    part = "<TxDtls><Amt Ccy='USD'>{0}</Amt><RmtInf><Ustrd>{0}</Ustrd></RmtInf></TxDtls>"
    parted = first(camt(entry(details=part.format("9000.00") + part.format("975.00"))))
    assert [(line.amount.minor, line.text) for line in parted.lines] == [
        (900_000, "9000.00"),
        (97_500, "975.00"),
    ]
    whole = first(camt(entry(details=part.format("9000.00") + part.format("9000.00"))))
    assert [line.amount.minor for line in whole.lines] == [997_500]


def test_a_closing_balance_that_is_wrong_is_known_to_the_cent():
    assert first(camt(entry(), closing="10974.99")).gap == Money(-1, "USD")


BOMB = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
THIEF = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (camt(entry(), head=BOMB), "statement_forged"),
        (camt(entry(), head=THIEF), "statement_forged"),
        (camt(entry(), head='<?xml version="1.0" encoding="UTF-7"?>'), "statement_encoding"),
        (camt(entry(), head="").decode().encode("utf-16"), "statement_encoding"),
        (camt(entry())[:-40], "statement_unreadable"),
        (b"<html><body>not found</body></html>", "statement_unreadable"),
        (camt(entry(amount="1e5")), "statement_line"),
        (camt(entry(amount="NaN")), "statement_line"),
        (camt(entry(amount="-5.00")), "statement_line"),
        (camt(entry(amount="٥.٠٠")), "statement_line"),
        (camt(entry(amount="5.001")), "statement_line"),
        (camt(entry(amount="1000000000000000")), "statement_line"),
        (camt(entry(currency="XQX")), "statement_line"),
        (camt(entry(currency="EUR")), "statement_line"),
        (camt(entry(mark="BOTH")), "statement_line"),
        (camt(entry(day="2026-02-30")), "statement_line"),
        (b"", "statement_no_columns"),
        (b"x" * (MOST_BYTES + 1), "statement_too_large"),
    ],
)
def test_xml_that_is_forged_or_broken_is_refused(data, code):
    assert refused(data, Layout())[0] == code


def test_a_damaged_entry_is_named_by_its_line():
    assert refused(camt("\n\n", entry(amount="much"))) == ("statement_line", 3)


def test_mt940_gives_sign_payer_and_text():
    kind, (statement,) = read(MT940.encode(), LAYOUT, "USD")
    one, back = statement.lines
    assert (kind, statement.account, statement.gap) == (
        StatementFormat.MT940,
        "10010010/000123456789",
        Money(0, "USD"),
    )
    assert (one.amount, one.bank_id, one.payer_name) == (Money(997_500, "USD"), "REF1", "K. AL MUTAIRI")
    assert (one.payer_account, "AC-7K4M2Q" in one.text) == ("SA0380000000608010167519", True)
    assert (back.amount, back.bank_id) == (Money(-2_500, "USD"), "")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("C9975,00", "C9.975,00", 5),
        ("C9975,00", "C٩٩٧٥,00", 5),
        ("C9975,00", "C-9975,00", 5),
        ("C9975,00", "C9975", 5),
        ("C9975,00", "C9975,001", 5),
        ("C9975,00", "C1000000000000000,00", 5),
        (":61:26112411", ":61:26139911", 5),
        (":62F:C261124USD10950,00", ":62F:C261124USD", 9),
        (":60F:C261123USD", ":60F:261123USD", 4),
        (":25:10010010/000123456789\n", "", 0),
        (":62F:C261124USD10950,00\n", "", 0),
        (":20:STARTUMSE\n", "", 0),
    ],
)
def test_mt940_with_a_broken_tag_is_refused_by_its_line(old, new, line):
    code, found = refused(MT940.replace(old, new, 1).encode())
    assert code in ("statement_line", "statement_unreadable")
    assert found == line or code == "statement_unreadable"


def test_yen_have_no_cents():
    yen = MT940.replace("USD", "JPY")
    assert first(yen.encode()).lines[0].amount == Money(9_975, "JPY")
    assert refused(yen.replace("9975,00", "9975,50").encode()) == ("statement_line", 5)


def test_a_file_that_is_a_path_opens_no_file():
    assert refused(b"/etc/passwd")[0] == "statement_no_columns"


CSV = 'Buchungstag;Betrag;Name;Zweck\n24.11.2026;{0};K. AL MUTAIRI;"AC-7K4M2Q; deposit"\n'


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("9.975,00", 997_500),
        ("٩٩٧٥٫٠٠", 997_500),
        ("-25,00", -2_500),
        ("25,00-", -2_500),
        ("(25)", -2_500),
        ("0", 0),
    ],
)
def test_csv_is_read_as_the_hospital_says(typed, minor):
    (line,) = first(CSV.format(typed).encode()).lines
    assert (line.amount.minor, line.text, line.booked_on) == (minor, "AC-7K4M2Q; deposit", date(2026, 11, 24))


@pytest.mark.parametrize(
    "typed", ["9,975.00.0", "", "much", "1e5", "10000000000000,00", "9975,001", "--5", "9,975.00"]
)
def test_a_csv_amount_that_is_none_is_refused_by_its_line(typed):
    assert refused(CSV.format(typed).encode()) == ("statement_line", 2)


def test_csv_of_another_layout_is_refused_with_words():
    assert refused(CSV.format("5").replace("Betrag", "Amount").encode())[0] == "statement_no_columns"
    assert refused(CSV.format("5").replace("24.11.2026", "2026-11-24").encode()) == ("statement_line", 2)
    assert refused(CSV.format("5").replace("K. AL", "Ä").encode("windows-1252"))[0] == "statement_encoding"
    assert refused((CSV.format("5") + '24.11.2026;5;"open\n').encode())[0] == "statement_line"
    assert refused(CSV.split("\n")[0].encode())[0] == "statement_empty"


def test_csv_with_money_out_in_a_column_of_its_own():
    columns = {"booked_on": "Day", "amount": "In", "debit": "Out"}
    data = b"Day,In,Out\n2026-11-24,5.00,\n2026-11-24,,7.50\n"
    lines = first(data, Layout(delimiter=",", columns=columns)).lines
    assert [line.amount.minor for line in lines] == [500, -750]


# --- the same line again ---------------------------------------------------------------------------------------


def test_a_line_has_the_same_key_in_another_file_and_equal_lines_stay_two():
    twice = first(camt(entry(), entry()))
    keys = line_keys(twice.account, twice.lines)
    assert len(set(keys)) == 2
    assert line_keys("000 123-456789", twice.lines[:1]) == keys[:1]
    assert statement_key(twice, keys) != statement_key(twice, keys[:1])


def test_one_number_of_the_bank_for_two_amounts_is_two_lines():
    both = first(camt(entry(bank_id="B"), entry(bank_id="B", amount="1.00")))
    assert len(set(line_keys("1", both.lines))) == 2


def test_an_account_is_ours_with_or_without_the_code_of_its_bank():
    ours = {"account": "000123456789", "iban": ""}
    assert is_account_of("10010010/000123456789", ours)
    assert not is_account_of("10010010/000123456788", ours)
    assert not is_account_of("", ours)
    assert is_account_of("DE89 3704 0044 0532 0130 00", {"iban": "DE89370400440532013000"})


def test_more_lines_than_we_take_are_refused_before_the_work_is_done(monkeypatch):
    """A million short lines in a CSV kept us for two minutes."""
    monkeypatch.setattr(statements, "MOST_LINES", 3)
    monkeypatch.setattr(statements.Camt053Parser, "get_transactions", None)  # never asked
    monkeypatch.setattr(statements.mt940, "parse_statements", None)
    mt940 = MT940 + ":61:2611241124D1,00NTRFNONREF\n" * 4
    csv = "Buchungstag;Betrag;Zweck;Name\n" + "24.11.2026;1,00;x;y\n" * 4 + "24.11.2026;much;x;y\n"
    for data in (camt(entry() * 4), camt(entry(details=WIRE * 4)), mt940.encode(), csv.encode()):
        assert refused(data)[0] == "statement_too_large"


@pytest.mark.parametrize("is_batch", [False, True])
def test_the_time_of_a_file_grows_no_faster_than_its_length(is_batch):
    """Of an account without an IBAN the whole statement was read again for each entry: minutes for a busy month."""

    def seconds(count: int) -> float:
        data = camt(entry(details=WIRE * count)) if is_batch else camt(entry() * count)
        began = time.process_time()
        read(data, LAYOUT, "USD")
        return time.process_time() - began

    assert seconds(800) < 24 * max(seconds(100), 0.01)
