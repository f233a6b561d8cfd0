"""What in a document points to a risk, and what is done about it."""

OPEN_SOURCE = r"open[- ]source"


SIGNS = [  # (risk, words of the sentence, kinds or None, probability, impact, mitigation, owner)
    (
        "Liability, indemnity or damages fall on the vendor",
        r"indemnif|hold harmless|liquidated damages|unlimited liab|consequential damages",
        None,
        "medium",
        "high",
        "Have counsel read the clause before bidding; price or cap the exposure; insure.",
        "Vendor's legal counsel",
    ),
    (
        "Payment is tied to acceptance or held back",
        (
            r"(?:withh(?:old|eld)|retainage|holdback|no payment (?:will|shall) be made|payment "
            r".{0,60}(?:acceptance|approv)|reimburse monies)"
        ),
        None,
        "medium",
        "medium",
        "Agree acceptance criteria and a time limit for acceptance; plan the cash flow.",
        "Vendor's project manager",
    ),
    (
        "Service credits or penalties for missed levels",
        r"service credits?|penalt(?:y|ies)(?! of perjury)|fine of",
        None,
        "medium",
        "high",
        "Design for a level above the promised one; measure from the first day; cap the credits.",
        "Vendor's service manager",
    ),
    (
        "Old systems that are hard to connect or to migrate from",
        (
            r"legacy|mainframe|COBOL|AS/?400|end[- ]of[- ](?:life|support)|unsupported|Lotus|on-premises? "
            r"(?:system|database)|WebSphere|proprietary (?:format|system)"
        ),
        None,
        "high",
        "high",
        (
            "Look at the old systems and get sample data in the first month; build the riskiest "
            "interface first; plan a fallback."
        ),
        "Solution architect",
    ),
    (
        "Key people are fixed in the contract",
        (
            r"key personnel|named (?:staff|individuals)|substitut\w+ (?:of|for) .{0,40}(?:personnel|staff|"
            r"subcontractor)|prior (?:written )?approval .{0,60}(?:personnel|staff|team)"
        ),
        None,
        "medium",
        "medium",
        "Name deputies in the proposal; agree how people are replaced.",
        "Vendor's project manager",
    ),
    (
        "Work or data bound to a country",
        (
            r"(?:performed|stored|hosted|processed|located|remain) (?:only |solely )?(?:in|within) the "
            r"(?:United States|US|U\.S\.|EU|European Union|UK|United Kingdom)|onshore|data (?:residency|"
            r"sovereignty)"
        ),
        None,
        "medium",
        "medium",
        "Choose regions and staff accordingly; bind subcontractors by contract; show it in the proposal.",
        "Security engineer",
    ),
    (
        "Ownership of what is built is not the vendor's",
        (
            r"(?:become|remain|be) the (?:sole |exclusive )?property of|work (?:made )?for hire|all rights,? "
            r"title|open[- ]source .{0,40}(?:repository|licen)"
        ),
        None,
        "medium",
        "medium",
        "List what existed before and third-party parts; keep them apart by licence.",
        "Vendor's legal counsel",
    ),
    (
        "Termination at the buyer's convenience",
        r"terminat\w+ .{0,80}(?:for (?:its )?convenience|best interest|without cause|in whole or in part)",
        None,
        "low",
        "high",
        "Invoice by milestone; agree payment for work done.",
        "Vendor's project manager",
    ),
    (
        "Security clearance or background checks delay the start",
        r"background (?:check|investigation|screening)|fingerprint|security clearance|DBS check",
        None,
        "medium",
        "medium",
        "Begin the checks at award; plan the first weeks with people already cleared.",
        "Vendor's project manager",
    ),
    (
        "An authorization is needed before going live",
        r"authori[sz]ation to operate|\bATO\b|security authorization|accreditation|certif\w+ (?:by|from) .{0,40}before",
        None,
        "medium",
        "high",
        "Begin the security documents in the first sprint; agree the reviewer's time in the plan.",
        "Security engineer",
    ),
    (
        "Volume of data migration is open",
        r"migrat|data conversion",
        ("data", "functional", "technical"),
        "medium",
        "high",
        "Profile the data early; two trial migrations; agree who cleans the data.",
        "Integration and data engineer",
    ),
    (
        "Support round the clock",
        r"24 ?[x/] ?7|twenty-four hours|around the clock|365 days",
        None,
        "medium",
        "medium",
        "Price on-call duty; agree severities and response times.",
        "Vendor's service manager",
    ),
]


STANDARD_HELP = {
    "HIPAA": "sign a business associate agreement, encrypt, log each access",
    "FedRAMP": "use authorized services and the government region",
    "GDPR": "agree processing terms, keep data in the EU, plan a data protection impact assessment",
    "CJIS": "screened staff, government region, advanced authentication",
    "PCI DSS": "keep card data out of the system through a payment provider",
    "MARS-E": "map the controls, begin the security plan early",
    "WCAG / accessibility": "test with assistive technology in every sprint",
    "SOC 2": "obtain the report of each subprocessor",
    "FERPA": "limit use and disclosure of student records by contract",
}
