"""Sentences one by one: who is obliged, how strongly, and which count as nothing."""

from typing import Any

import pytest

BUYER = "Department"


@pytest.mark.parametrize(
    ("text", "actor", "obligation"),
    [
        ("The Contractor shall provide monthly reports.", "vendor", "mandatory"),
        ("All data must be encrypted at rest.", "vendor", "mandatory"),
        ("The system should support single sign-on.", "vendor", "desired"),
        ("The Contractor may not assign the contract.", "vendor", "prohibited"),
        ("Vendors are required to hold a valid license.", "vendor", "mandatory"),
        ("Staff users shall be able to export every list.", "vendor", "mandatory"),
        ("Daily backups will be performed by the Contractor.", "vendor", "mandatory"),
        ("If the State asks for it, the Contractor shall give access to its records.", "vendor", "mandatory"),
        ("The County requires that the Contractor will keep logs for one year.", "vendor", "mandatory"),
        ("The State will pay invoices within 30 days.", "buyer", "mandatory"),
        ("The project director shall review each deliverable.", "buyer", "mandatory"),
    ],
)
def test_sentences_that_oblige(book: Any, text: str, actor: str, obligation: str) -> None:
    verdict = book.obligations.judge(text, "scope", book.obligations.re.compile(r"(?!x)x"), "", True)
    assert (verdict.actor, verdict.obligation) == (actor, obligation)


@pytest.mark.parametrize(
    "text",
    [
        '"Work" shall mean all services under the contract.',
        "Late proposals will not be accepted.",
        "The Contractor shall be paid monthly.",
        "Offerors will be notified of the award.",
        "If any provision is held invalid, the remaining provisions shall remain in effect.",
        "The contract shall be governed by the laws of the State.",
        "A proposal from a debarred offeror shall be rejected.",
        "Will the vendor be allowed to visit the site?",
        "The contractor may be required to perform additional work.",
        "This work will not be in the scope of this RFP.",
    ],
)
def test_sentences_that_oblige_nobody(book: Any, text: str) -> None:
    verdict = book.obligations.judge(text, "", book.obligations.re.compile(r"(?!x)x"), "", True)
    assert verdict is None or verdict.actor == "buyer"


def found(book: Any, text: str) -> list[dict[str, Any]]:
    return book.requirements.find(book.structure.parse(text))[0]


def test_list_items_are_joined_with_their_lead_in(book: Any) -> None:
    text = "# 2 Scope of Work\n\nThe Contractor shall:\n\n- provide training;\n- keep logs.\n"
    assert [r["text"] for r in found(book, text)] == [
        "The Contractor shall provide training",
        "The Contractor shall keep logs.",
    ]


def test_clauses_keep_their_number_and_section(book: Any) -> None:
    text = "[page 7]\n3.2 Hosting\n3.2.1 The Contractor shall host the sys-\ntem in two regions.\n"
    (only,) = found(book, text)
    assert (only["text"], only["page"], only["section"], only["clause"]) == (
        "The Contractor shall host the system in two regions.", 7, "3.2 Hosting", "3.2.1",
    )  # fmt: skip


def test_running_headers_and_contents_are_not_read(book: Any) -> None:
    page = "[page {0}]\nACME must win RFP 7\n{1}\nPage {0} of 3\n"
    text = (
        page.format(1, "Table of Contents\n1. The vendor shall ........ 2")
        + page.format(2, "1. SCOPE OF WORK\nThe vendor shall build a portal that is\n")
        + page.format(3, "open day and night. The vendor shall host it.")
    )
    assert [(r["text"], r["page"]) for r in found(book, text)] == [
        ("The vendor shall build a portal that is open day and night.", 2),
        ("The vendor shall host it.", 3),
    ]


def test_hyphens_of_compounds_stay(book: Any) -> None:
    text = "The vendor shall offer a cloud-\nbased system with informa-\ntion on-\nline for RFP vendors and bidders.\n"
    assert "cloud-based system with information on-line" in found(book, text)[0]["text"]


def test_rows_of_a_requirement_table_carry_id_and_priority(book: Any) -> None:
    text = (
        "# Functional requirements\n\n| ID | Requirement | Priority |\n| --- | --- | --- |\n"
        "| FR-1 | Search by name. | Mandatory |\n| FR-2 | The vendor's system shall print labels. | Desirable |\n"
    )
    assert [(r["buyer_id"], r["obligation"]) for r in found(book, text)] == [("FR-1", "mandatory"), ("FR-2", "desired")]


def test_short_lines_below_a_lead_in_of_a_pdf_are_rows(book: Any) -> None:
    text = (
        "[page 2]\n3.4 Integration\nThe vendor's platform must exchange data with the following systems:\n"
        "System Direction Frequency\nOracle billing \nsystem\nboth ways\nEsri ArcGIS read on demand\n"
        "3.4.1 The vendor shall write a specification for each of them before it is built.\n"
    )
    assert [r["text"].split(": ")[-1] for r in found(book, text)] == [
        "Oracle billing system both ways",
        "Esri ArcGIS read on demand",
        "The vendor shall write a specification for each of them before it is built.",
    ]
