"""The words that tell who is obliged, how strongly, and what is only procedure."""

import re

VENDOR = (
    r"contractors?|vendors?|suppliers?|offerors?|offerers?|bidders?|proposers?|"
    r"respondents?|tenderers?|consultants?|awardees?|"
    r"sub-?contractors?|providers?|integrators?|partners?|licensors?|sellers?|applicants?|firms?|"
    r"quoters?|MSP|implementers?|"
    r"resellers?|manufacturers?|joint ventures?|consortium|consortia|developers?|you"
)


TEAM = (
    r"key personnel|key staff|project managers?|technical leads?|(?:project|delivery|support|"
    r"implementation) teams?|staff|personnel|"
    r"r[eé]sum[eé]s?|team members?|engineers?|scrum masters?|architects?|technicians?|account managers?|employees"
)


PROPOSAL = (
    r"proposals?|bids?|tenders?|quotations?|quotes?|offers?|responses?|submissions?|cover letters?|"
    r"letters? of transmittal|"
    r"references|envelopes?|packages?|questions?|inquiries|enquiries"
)


SOLUTION = (
    r"systems?|solutions?|applications?|platforms?|software|services?|portals?|web ?sites?|sites?|"
    r"apps?|products?|modules?|tools?|"
    r"interfaces?|APIs?|databases?|data|records?|backups?|dashboards?|reports?|reporting|"
    r"infrastructure|environments?|hosting|networks?|"
    r"architecture|documentation|documents?|manuals?|training|migration|deliverables?|tests?|testing|"
    r"plans?|designs?|code|components?|features?|"
    r"functions?|functionality|functionalities|integrations?|authentication|access|passwords?|"
    r"accounts?|logs?|logging|encryption|connections?|"
    r"transactions?|response times?|resolution times?|uptime|availability|downtime|maintenance|support|"
    r"help ?desk|service desk|incidents?|"
    r"updates?|upgrades?|patch(?:es|ing)?|releases?|warrant(?:y|ies)|licen[cs]es?|devices?|equipment|"
    r"hardware|servers?|storage|workflows?|"
    r"notifications?|alerts?|messages?|forms?|search(?:es)?|screens?|pages?|invoices?|work|meetings?|"
    r"approach(?:es)?|content|files?|keys?|"
    r"sessions?|queries|results?|configurations?|rules?|solution's|implementation|deployment|cutover|"
    r"go-live|transition|knowledge|audit trails?|"
    r"vulnerabilit(?:y|ies)|changes?|mobile|browsers?|languages?|capacity|performance|scalability|"
    r"security|compliance|images?|"
    r"schedules?|milestones?|artifacts?|source|repository|it|they|these|this|RPO|RTO|recovery|"
    r"objectives?|traffic|roles?|permissions?|copies|costs?|prices?|pricing|information|record|call|"
    r"article|tickets?"
)


BUYER = (
    r"state|agency|department|division|county|city|town|village|district|university|college|school|"
    r"authority|commission|board|bureau|"
    r"ministry|council|government|purchaser|buyer|client|customer|owner|company|organi[sz]ation|"
    r"corporation|bank|hospital|trust|foundation|"
    r"(?:procurement|contracting|purchasing|issuing) (?:officer|office|agent|manager|official|"
    r"authority)|project director|committee|panel|"
    r"evaluat(?:ion|or)s?(?: committee| team| panel)?|evaluators|PEC|COR|COTR|contract administrator|"
    r"we|project sponsor|product owner|library|museum"
)


LEGAL = (
    r"contract|agreement|RFP|ITT|solicitation|amendments?|addend(?:um|a)|award|protests?|terms?|"
    r"provisions?|clauses?|sections?|scoring|scores?|"
    r"points|negotiations?|validity|rights|parties|discussions?|purchase order|decision|claims?|"
    r"disputes?|interpretations?|selection|"
    r"evaluation|opening|conference|failure|nothing|acceptance|laws?|jurisdiction|obligations?|"
    r"appeals?|process|payments?|funding|budget|"
    r"determination|debriefings?|person|attachments?|exhibits?|table|examples?|formula"
)


CLASSES = [("V", VENDOR), ("T", TEAM), ("B", BUYER), ("P", PROPOSAL), ("S", SOLUTION), ("L", LEGAL)]


HEADS = re.compile("|".join(f"(?P<{n}>(?<![\\w-])(?:{w})(?![\\w]))" for n, w in CLASSES), re.IGNORECASE)


OBLIGE = re.compile(
    r"\b(?P<never>(?:shall|must|may|will|should|can) not|cannot|shall never|must never)\b|\b(?P<must>shall|must)\b|"
    r"\b(?P<req>(?:is|are|be) (?:\w+ly )?(?:required|obligated|obliged|expected) to|(?:is|are) "
    r"(?:solely |fully |\w+ly )?responsible for|"
    r"needs? to|has to|have to|(?:is|are) to (?=be |have |include |provide |support |"
    r"submit |deliver )|agrees? to|agrees? that|"
    r"undertakes? to|commits? to|warrants? that|certif(?:y|ies) that)|\b(?P<will>will)\b|"
    r"\b(?P<should>should|ought to)\b",
    re.IGNORECASE,
)


REQUIRES = re.compile(
    (
        r"(?<!may )(?<!might )(?<!can )(?<!not )(?<!could )\b(?:requires?|mandates?)\s+(?!d\b)(?=the |that "
        r"|a |an |all |any |compliance|support|full |at )"
    ),
    re.IGNORECASE,
)


ARE_REQUIRED = re.compile(
    r"\b(?:is|are)(?: also)? (?P<how>required|mandatory|essential|a requirement)\b(?! to\b)", re.IGNORECASE
)


STATED = re.compile(
    r"\b(?:recovery (?:point|time)|RPO|RTO|availability|uptime|response time|retention period|service "
    r"level)s?\b[^.]{0,60}\b(?:is|are|of)\b[^.]{0,30}\d|"
    r"\b(?:is|are) limited to \w+|^no (?:\w+ ){1,5}may\b|\bwe (?:need|require)\b(?! to )|\bwe (?:want|would want)\b",
    re.IGNORECASE,
)


DESIRED = re.compile(
    r"\b(?:(?:is|are|strongly|highly)(?: also)? (?:desired|desirable|preferred|recommended|encouraged|"
    r"advantageous)|(?:strongly )?prefers? (?:that|a)|"
    r"would (?:like|prefer)|nice to have|(?:is|are) expected\b|expects? (?:that )?the|expects? (?:to|all|any))",
    re.IGNORECASE,
)


CONDITION = re.compile(
    (
        r"(?:^|[,;(]\s*|\bthat |\band |\bor )(?:if|unless|when|whenever|whether|in the event(?: that)?|"
        r"once|until|as long as|provided that|to the extent|in case)\b[^,;]*$"
    ),
    re.IGNORECASE,
)


HANDED = (
    r"paid|reimbursed|notified|invited|evaluated|rejected|disqualified|considered|returned|opened|"
    r"accepted|scored|selected|awarded|informed|"
    r"contacted|ranked|allowed|permitted|entitled|deemed|construed|disregarded|judged|reviewed|"
    r"compensated|liable|determined|eliminated|"
    r"entertained|held|given|asked|afforded|debriefed|eligible|retained|publicly|read|released|"
    r"disclosed|destroyed|acknowledged|excluded|counted|allocated|limited|provided with"
)


PASSED = re.compile(
    (
        r"^\s*(?:not |also |then |only |automatically |immediately |promptly )*(?:be|become) "
        rf"(?:\w+ly |not |also )*(?:{HANDED})\b"
    ),
    re.IGNORECASE,
)


MEANING = re.compile(
    r"^\s*(?:also |not )*(?:means?|mean|refers? to|prevail|govern|survive|apply|commence|begin|remain "
    r"in (?:full )?(?:force|effect)|constitute|take precedence|"
    r"be (?:governed|null|void|interpreted|construed|deemed|binding|severable|effective|in effect|the "
    r"(?:sole|exclusive) property)|result in|expire|control|"
    r"occur|take place)\b",
    re.IGNORECASE,
)


DONE = re.compile(
    r"^\s*(?:not )?(?:also )?be (?:\w+ly )?(?:provided|delivered|performed|developed|implemented|"
    r"supported|conducted|completed|submitted|maintained|documented|"
    r"tested|managed|hosted|migrated|trained|installed|configured|reported|updated|stored|encrypted|used|made|held)\b",
    re.IGNORECASE,
)


OPENERS = re.compile(
    r"^(?:if|when|where|whenever|upon|in|during|at|for|to|prior|within|after|before|as|unless|once|by|"
    r"on|with|under|per|following|should|except|"
    r"while|since|because|given|throughout|from|pursuant|based|through|any time|no later|not later|"
    r"without|subject|consistent|due)\b",
    re.IGNORECASE,
)


IMPERATIVE = (
    r"provide|describe|submit|include|list|identify|explain|discuss|state|confirm|complete|sign|attach|"
    r"demonstrate|specify|outline|indicate|detail|"
    r"please|summari[sz]e|give|propose|return|ensure|develop|design|implement|support|deliver|"
    r"integrate|migrate|maintain|conduct|perform|prepare|"
    r"establish|create|build|test|train|host|manage|configure|allow|enable|display|store|generate|send|"
    r"track|monitor|report|assist|review|update|deploy|"
    r"document|comply|encrypt|automate|replace|install|plan|coordinate|participate|attend|analy[sz]e|"
    r"define|operate|offer|capture|record|reduce|use|produce|"
    r"assess|upgrade|transition|validate|verify|resolve|respond|work|facilitate|recommend|simplify|"
    r"improve|increase|lower|supply|set up|connect|import|export"
)


SCOPE_LEAD = re.compile(
    r"\b(?:scope|work|services?|solution|system|platform|application|project|requirements?|features?|"
    r"functions?|functionality|capabilit(?:y|ies)|deliverables?|tasks?|"
    r"responsibilities|duties|outcomes|objectives|goals|activities|modules|skillsets?|components?|"
    r"needs?|require|levels?|targets?|standards?|following)\b",
    re.IGNORECASE,
)


SEEKING = re.compile(
    (
        r"\b(?:seek|seeks|seeking|solicit|solicits|soliciting|looking for|invites?|requires?|procur\w+|"
        r"need|needs)\b.*\b(?:to|that (?:will|can)|who (?:will|can)|which (?:will|can))\s*:?$"
    ),
    re.IGNORECASE,
)


NO_SCOPE = re.compile(
    r"\b(?:current(?:ly)?|existing|today|legacy|attachments?|evaluat\w+|score[ds]?|scoring|points|"
    r"weights?|criteri(?:a|on)|examples?|acronyms?|definitions?|means?|"
    r"may|not required|excluded?|out of scope|not in(?:cluded)?|state will|agency will|we will|history|"
    r"questions?|reserves?|will be asked|background|following terms|if the)\b",
    re.IGNORECASE,
)


CLIENT_ABLE = re.compile(
    (
        r"^\s*(?:also )?(?:be able|have the ability|have access|see|view|search|log|sign|receive|upload|"
        r"download|create|edit|submit|pay|book|track|select|find)\b"
    ),
    re.IGNORECASE,
)
