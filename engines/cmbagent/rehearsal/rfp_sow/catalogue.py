"""The component catalogue: for each part of a solution the service that fills it and its list price, per provider.

Prices are approximate public list prices in USD, on demand, without tax, discount or reservation, for the region named
in REGION. They were written down from general knowledge of the providers' public price lists as of AS_OF; nothing was
fetched. Each must be checked with the provider's own calculator before it goes into an offer.
"""

from dataclasses import dataclass
from decimal import Decimal

AS_OF = "2025-06"


CURRENCY = "USD"


REGION = {
    "AWS": "US East (N. Virginia)",
    "Azure": "East US",
    "GCP": "us-central1 (Iowa)",
    "multi-cloud": "AWS US East (N. Virginia), second cloud Azure East US",
    "on-premise": "own data centre, hardware spread over 60 months",
}


PROVIDERS = ("AWS", "Azure", "GCP", "on-premise")


SECOND_CLOUD = {
    "identity_staff",
    "standby_node",
    "standby_db",
    "backup_copy",
}  # what a multi-cloud design runs on Azure


HOURS = 730  # hours a month, as the providers count


@dataclass(frozen=True)
class Part:
    """One part of a solution: its tier in the picture, the unit it is counted in, and per provider (service, price)."""

    key: str
    title: str
    tier: str
    unit: str
    services: tuple[tuple[str, str], ...]
    """In the order of PROVIDERS: the service's name and its price per unit and month."""

    def offer(self, provider: str) -> tuple[str, Decimal, str]:
        """(service, price per unit and month, where the price comes from)."""
        actual = provider if provider in PROVIDERS else "Azure" if self.key in SECOND_CLOUD else "AWS"
        service, price = self.services[PROVIDERS.index(actual)]
        basis = "hardware or open-source estimate" if actual == "on-premise" else "approximate list price, on demand"
        return service, Decimal(price), f"{basis}, {REGION[actual]}, as of {AS_OF}"


# One entry a part: key | title | tier | unit; then price | service for each of PROVIDERS in that order.
PRICE_LIST = """
edge | Load balancer and web application firewall | Edge | entry point, per month
    43.11 | Application Load Balancer with AWS WAF
    344.41 | Application Gateway WAF v2
    33.25 | External Application Load Balancer with Cloud Armor
    500.00 | Load balancer and WAF appliance pair
cdn | Content delivery and outgoing traffic | Edge | GB out, per month
    0.085 | Amazon CloudFront
    0.083 | Azure Front Door
    0.08 | Cloud CDN
    0.03 | Internet line, share per GB
network | Private network with outgoing gateway | Edge | gateway, per month
    32.85 | Amazon VPC with NAT gateway
    32.85 | Azure Virtual Network with NAT Gateway
    32.12 | VPC with Cloud NAT
    400.00 | Firewall and switch pair, share
vpn | Private connection to the buyer's network | Integration | connection, per month
    36.50 | AWS Site-to-Site VPN
    138.70 | Azure VPN Gateway VpnGw1
    73.00 | Cloud HA VPN (2 tunnels)
    0.00 | Site VPN on the firewall pair
app_node | Application and web tier | Application | node of 2 vCPU, 8 GiB, per month
    85.06 | Amazon ECS on Fargate
    113.15 | Azure App Service P1v3
    93.72 | GKE Autopilot
    22.00 | Virtual machine on own hosts
worker_node | Background jobs and batch | Application | node of 2 vCPU, 8 GiB, per month
    85.06 | Amazon ECS on Fargate (workers)
    105.12 | Azure Container Apps (workers)
    93.72 | GKE Autopilot (workers)
    22.00 | Virtual machine on own hosts (workers)
rules | Business rules and workflow | Application | thousand workflow runs, per month
    0.50 | AWS Step Functions (20 transitions a run)
    1.25 | Azure Logic Apps (10 actions a run)
    0.20 | Google Workflows (20 steps a run)
    0.00 | Camunda community on the worker nodes
api | API management | Integration | million calls, per month
    1.00 | Amazon API Gateway (HTTP)
    3.50 | Azure API Management (Consumption)
    3.00 | Google API Gateway
    0.00 | Kong community on the application nodes
queue | Message queue | Integration | million messages, per month
    0.40 | Amazon SQS
    0.80 | Azure Service Bus
    0.08 | Google Pub/Sub
    0.00 | RabbitMQ on the worker nodes
connector | Interface to an outside system | Integration | interface, per month
    9.53 | AWS Lambda with EventBridge
    8.20 | Azure Functions
    9.65 | Cloud Run functions
    0.00 | Apache Camel on the worker nodes
notify_mail | E-mail notices | Application | thousand e-mails, per month
    0.10 | Amazon SES
    0.25 | Azure Communication Services
    0.90 | SendGrid (partner)
    0.00 | Own mail relay
notify_sms | Text messages | Application | message, per month
    0.01 | AWS End User Messaging
    0.01 | Azure Communication Services SMS
    0.011 | Twilio (partner)
    0.011 | Twilio (outside service)
db | Relational database, highly available pair | Data | pair of 2 vCPU, 8 GiB, per month
    232.14 | Amazon RDS for PostgreSQL, Multi-AZ
    259.88 | Azure Database for PostgreSQL, zone redundant
    202.36 | Cloud SQL for PostgreSQL, HA
    294.00 | PostgreSQL pair with paid support
db_small | Database of a non-production environment | Data | instance of 2 vCPU, 4 GiB, per month
    47.45 | Amazon RDS for PostgreSQL (db.t4g.medium)
    49.64 | Azure Database for PostgreSQL (B2s)
    80.70 | Cloud SQL for PostgreSQL (small)
    22.00 | PostgreSQL on own hosts
db_storage | Database storage, kept twice | Data | GB, per month
    0.23 | Amazon RDS gp3 storage, Multi-AZ
    0.23 | PostgreSQL premium storage, two copies
    0.34 | Cloud SQL SSD storage, HA
    0.10 | Mirrored flash storage
object | Document and file storage | Data | GB, per month
    0.023 | Amazon S3 Standard
    0.023 | Azure Blob Storage, hot, zone redundant
    0.020 | Cloud Storage Standard
    0.035 | Object storage on own hosts
archive | Archive for the retention period | Data | GB, per month
    0.004 | Amazon S3 Glacier Instant Retrieval
    0.0036 | Azure Blob Storage, cold
    0.004 | Cloud Storage Coldline
    0.008 | Tape library, share
cache | Session and query cache | Data | node of 4-6 GiB, per month
    108.77 | Amazon ElastiCache (cache.m6g.large)
    100.74 | Azure Cache for Redis
    186.88 | Memorystore for Redis
    22.00 | Valkey on own hosts
search | Full-text search | Data | pair of nodes, per month
    186.88 | Amazon OpenSearch Service
    245.28 | Azure AI Search S1
    190.00 | Elastic Cloud on Google Cloud (partner)
    44.00 | OpenSearch on own hosts
reporting | Reports and dashboards | Data | report author, per month
    24.00 | Amazon QuickSight
    14.00 | Power BI Pro
    9.00 | Looker Studio Pro
    0.00 | Apache Superset on own hosts
ocr | Reading of scanned documents | Application | thousand pages, per month
    1.50 | Amazon Textract
    1.50 | Azure AI Document Intelligence
    1.50 | Google Document AI
    0.00 | Tesseract on the worker nodes
language_model | Language model calls | Application | million tokens, in and out mixed, per month
    6.00 | Amazon Bedrock
    4.40 | Azure OpenAI Service
    4.00 | Vertex AI
    8.00 | Open model on a GPU host, share
maps | Maps and location | Application | thousand map loads, per month
    0.50 | Amazon Location Service
    4.50 | Azure Maps
    7.00 | Google Maps Platform
    0.00 | OpenStreetMap tiles on own hosts
identity_staff | Sign-on of staff | Security | user, per month
    0.00 | AWS IAM Identity Center
    6.00 | Microsoft Entra ID P1
    7.20 | Cloud Identity Premium
    0.00 | Keycloak on own hosts
identity_public | Sign-on of the public | Security | monthly active user beyond the free tier
    0.015 | Amazon Cognito Essentials
    0.016 | Microsoft Entra External ID
    0.0055 | Identity Platform
    0.00 | Keycloak on own hosts
keys | Keys and secrets | Security | key, per month
    1.40 | AWS KMS and Secrets Manager
    1.00 | Azure Key Vault Premium
    1.00 | Cloud KMS (HSM)
    0.00 | OpenBao on own hosts
threat | Threat detection | Security | protected node, per month
    8.00 | Amazon GuardDuty and Security Hub
    14.60 | Microsoft Defender for Cloud
    10.37 | Security Command Center Premium
    12.00 | Endpoint detection licence
logs | Monitoring, logs and audit trail | Operations | GB of logs, per month
    0.50 | Amazon CloudWatch
    2.30 | Azure Monitor Log Analytics
    0.50 | Cloud Logging and Monitoring
    0.10 | Grafana and Loki on own hosts
backup | Backups | Operations | GB, per month
    0.05 | AWS Backup
    0.0448 | Azure Backup
    0.05 | Backup and DR Service
    0.04 | Backup software and disk, share
backup_copy | Backup copy in a second place | Operations | GB, per month
    0.07 | AWS Backup, second region
    0.02 | Azure Blob Storage, cool (second place)
    0.02 | Cloud Storage Nearline, second region
    0.03 | Tape or disk in a second site
standby_node | Standby application in a second place | Operations | node of 2 vCPU, 8 GiB, per month
    85.06 | Amazon ECS on Fargate, second region
    105.12 | Azure Container Apps, second place
    93.72 | GKE Autopilot, second region
    40.00 | Virtual machine in the second site
standby_db | Standby database in a second place | Operations | instance of 2 vCPU, 8 GiB, per month
    116.07 | Amazon RDS cross-region replica
    129.94 | Azure Database for PostgreSQL replica
    101.18 | Cloud SQL cross-region replica
    147.00 | PostgreSQL in the second site
pipeline | Code repository and delivery pipeline | Operations | developer, per month
    4.00 | GitHub Team
    6.00 | Azure DevOps Basic
    4.00 | GitHub Team
    0.00 | GitLab community on own hosts
rack | Rack space, power and cooling | Operations | half rack, per month
    0.00 | included in the service prices
    0.00 | included in the service prices
    0.00 | included in the service prices
    750.00 | Half rack with 2 kW
"""


def read_prices(text: str) -> list[Part]:
    """The price list as parts."""
    entries: list[tuple[list[str], list[tuple[str, str]]]] = []
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith(" "):
            entries[-1][1].append((cells[1], cells[0]))
        else:
            entries.append((cells, []))
    return [Part(*head, services=tuple(offers)) for head, offers in entries]


PARTS = read_prices(PRICE_LIST)


BY_KEY = {p.key: p for p in PARTS}


FREE_USERS = {"AWS": 10_000, "multi-cloud": 10_000, "Azure": 50_000, "GCP": 50_000, "on-premise": 0}


SUPPORT = {  # the provider's paid support: (name, least amount a month, share of the bill)
    "AWS": ("AWS Business Support", "100.00", "0.10"),
    "multi-cloud": ("AWS Business Support and Azure Standard Support", "200.00", "0.10"),
    "Azure": ("Azure Standard Support", "100.00", "0.00"),
    "GCP": ("Google Cloud Enhanced Support", "100.00", "0.10"),
    "on-premise": ("Hardware maintenance and operating-system support", "300.00", "0.15"),
}


RATES = {  # planning rates a day in USD; an assumption, not a quotation
    "Project manager": "1200.00",
    "Solution architect": "1450.00",
    "Business analyst and UX designer": "1050.00",
    "Developer": "1000.00",
    "Integration and data engineer": "1100.00",
    "Tester": "850.00",
    "Security engineer": "1350.00",
    "Cloud and operations engineer": "1150.00",
    "Trainer and technical writer": "800.00",
    "Support agent": "420.00",
}


def provider_of(given: dict) -> str:
    """The provider the person chose, in this catalogue's spelling; AWS when none was named."""
    told = str(given.get("inputs", {}).get("cloud_provider", "")).strip().lower()
    names = {
        "aws": "AWS",
        "amazon": "AWS",
        "azure": "Azure",
        "microsoft": "Azure",
        "gcp": "GCP",
        "google": "GCP",
        "multi": "multi-cloud",
        "on-prem": "on-premise",
        "on prem": "on-premise",
        "onprem": "on-premise",
    }
    return next((name for word, name in names.items() if word in told), "AWS")


if __name__ == "__main__":
    provider = provider_of(GIVEN)  # noqa: F821
    print(
        f"CATALOGUE for {provider}, {REGION[provider]}; {CURRENCY}, approximate list prices of {AS_OF}, to be checked"
    )
    for tier in dict.fromkeys(part.tier for part in PARTS):
        print(
            f"  {tier}: " + "; ".join(f"{p.offer(provider)[0]} {p.offer(provider)[1]}" for p in PARTS if p.tier == tier)
        )
