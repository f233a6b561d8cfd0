"""Sums, spans of time, budgets and sizes: the arithmetic of the estimate."""

from decimal import Decimal
from typing import Any

import pytest

TOTALS = {
    "monthly": Decimal(100),
    "yearly": Decimal(1200),
    "one_time": Decimal(5000),
    "term": Decimal(8600),
    "term_months": Decimal(36),
}


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "period"),
    [
        ("500k-1.5M USD", "500000", "1500000", "USD", "total"),
        ("up to 1.2 million EUR", None, "1200000", "EUR", "total"),
        ("$2,000,000 per year", None, "2000000", "USD", "year"),
        ("£750k over 3 years", None, "750000", "GBP", "total"),
        ("100-200k", "100000", "200000", "USD", "total"),
        ("at least 300,000 USD", "300000", None, "USD", "total"),
    ],
)
def test_budgets_as_people_type_them(
    book: Any, text: str, low: str | None, high: str | None, currency: str, period: str
) -> None:
    budget = book.budget.budget_input(text)
    assert budget["low"] == (Decimal(low) if low else None)
    assert budget["high"] == (Decimal(high) if high else None)
    assert (budget["currency"], budget["period"]) == (currency, period)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("a budget of $1,500,000 dollars", "USD", "1500000"),
        ("EUR 2.5 million", "EUR", "2500000"),
        ("1 200 000 euros", "EUR", "1200000"),
        ("£40k", "GBP", "40000"),
    ],
)
def test_sums_of_money(book: Any, text: str, currency: str, amount: str) -> None:
    assert book.amounts.money(text)[0] == (currency, Decimal(amount))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("an initial term of three (3) years", 36),
        ("within 18 months", 18),
        ("12 weeks", 2.8),
        ("January 31, 2022 -- October 21, 2022", 8.6),
        ("one base year and four one-year options", 12),
    ],
)
def test_spans_of_time(book: Any, text: str, months: float) -> None:
    assert book.amounts.months_of(text) == months


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("March 4, 2027", "2027-03-04"),
        ("4 March 2027", "2027-03-04"),
        ("2027-03-04", "2027-03-04"),
        ("3/4/2027", "2027-03-04"),
        ("31.12.2026", "2026-12-31"),
    ],
)
def test_dates(book: Any, text: str, day: str) -> None:
    assert book.amounts.iso(book.amounts.DATE.search(text)) == day


def figures(book: Any, text: str) -> dict[str, float]:
    return {f["name"]: f["value"] for f in book.figures.figures_of(book.structure.parse(text).sentences())}


def test_figures_of_size_are_read_with_their_units(book: Any) -> None:
    text = (
        "# Scope\n\nThe portal serves 212,000 customers and 310 staff users. There are 52,000 requests per year. "
        "It holds 1.2 million records and 3 TB of documents. Availability must be 99.9%. The recovery point objective "
        "is 15 minutes. Pages must load in 2 seconds with 1,500 concurrent users. "
        "It must scale to 600 page views per minute.\n"
    )
    assert figures(book, text) == {
        "public users": 212000,
        "staff users": 310,
        "transactions": pytest.approx(4333.333),
        "records": 1_200_000,
        "storage": 3000,
        "availability": 99.9,
        "recovery point": 0.25,
        "response time": 2,
        "concurrent users": 1500,
        "peak rate": 10,
    }


def test_a_budget_in_another_currency_is_not_converted(book: Any) -> None:
    verdict = book.budget.compare(TOTALS, None, Decimal(9000), "EUR", "total", "given")["verdict"]
    assert verdict.startswith("Not compared")
    assert "8,600.00" in verdict


def test_a_yearly_budget_is_set_against_a_year(book: Any) -> None:
    year = book.budget.compare(TOTALS, None, Decimal(3000), "USD", "year", "given")
    runs = book.budget.compare(TOTALS, None, Decimal(1000), "USD", "year", "given", words="annual operating cost")
    assert (year["total"], year["verdict"].split(":")[0]) == (Decimal("2866.67"), "Within")
    assert (runs["total"], runs["verdict"].split(":")[0]) == (Decimal(1200), "Above")


def test_every_price_has_a_unit_and_says_where_it_comes_from(book: Any) -> None:
    for part in book.catalogue.PARTS:
        for provider in book.catalogue.REGION:
            service, price, source = part.offer(provider)
            assert service
            assert price >= 0
            assert part.unit
            assert book.catalogue.AS_OF in source
            assert "approximate" in source or "estimate" in source


def test_text_of_the_document_is_escaped(book: Any) -> None:
    assert book.read_document.md("a|b <i> [x](y) *z*") == r"a\|b \<i\> \[x\](y) \*z\*"
    assert book.cost.safe("=1+1") == "'=1+1"
    assert book.cost.safe("-12.50") == "-12.50"
    assert book.sow_files.printable("a\x00b\x0bc") == "abc"


def test_notes_quote_what_was_printed(book: Any) -> None:
    notes = book.writer.write(
        "noise\nCOST in USD: monthly 1.00\nANALYSIS 2 gaps\n  [contradiction] Weights add to 95 %.\n"
    )
    assert "monthly 1.00" in notes
    assert "Weights add to 95 %." in notes
    assert notes.startswith("*Rehearsal")
