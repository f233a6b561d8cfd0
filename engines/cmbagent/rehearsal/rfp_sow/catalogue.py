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
SECOND_CLOUD = {"identity_staff", "standby_node", "standby_db", "backup_copy"}  # what a multi-cloud design runs on Azure
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


NODE = "node of 2 vCPU, 8 GiB, per month"
PARTS = [
    Part("edge", "Load balancer and web application firewall", "Edge", "entry point, per month", (
        ("Application Load Balancer with AWS WAF", "43.11"), ("Application Gateway WAF v2", "344.41"),
        ("External Application Load Balancer with Cloud Armor", "33.25"), ("Load balancer and WAF appliance pair", "500.00"))),
    Part("cdn", "Content delivery and outgoing traffic", "Edge", "GB out, per month", (
        ("Amazon CloudFront", "0.085"), ("Azure Front Door", "0.083"), ("Cloud CDN", "0.08"), ("Internet line, share per GB", "0.03"))),
    Part("network", "Private network with outgoing gateway", "Edge", "gateway, per month", (
        ("Amazon VPC with NAT gateway", "32.85"), ("Azure Virtual Network with NAT Gateway", "32.85"),
        ("VPC with Cloud NAT", "32.12"), ("Firewall and switch pair, share", "400.00"))),
    Part("vpn", "Private connection to the buyer's network", "Integration", "connection, per month", (
        ("AWS Site-to-Site VPN", "36.50"), ("Azure VPN Gateway VpnGw1", "138.70"), ("Cloud HA VPN (2 tunnels)", "73.00"),
        ("Site VPN on the firewall pair", "0.00"))),
    Part("app_node", "Application and web tier", "Application", NODE, (
        ("Amazon ECS on Fargate", "85.06"), ("Azure App Service P1v3", "113.15"), ("GKE Autopilot", "93.72"),
        ("Virtual machine on own hosts", "22.00"))),
    Part("worker_node", "Background jobs and batch", "Application", NODE, (
        ("Amazon ECS on Fargate (workers)", "85.06"), ("Azure Container Apps (workers)", "105.12"),
        ("GKE Autopilot (workers)", "93.72"), ("Virtual machine on own hosts (workers)", "22.00"))),
    Part("rules", "Business rules and workflow", "Application", "thousand workflow runs, per month", (
        ("AWS Step Functions (20 transitions a run)", "0.50"), ("Azure Logic Apps (10 actions a run)", "1.25"),
        ("Google Workflows (20 steps a run)", "0.20"), ("Camunda community on the worker nodes", "0.00"))),
    Part("api", "API management", "Integration", "million calls, per month", (
        ("Amazon API Gateway (HTTP)", "1.00"), ("Azure API Management (Consumption)", "3.50"), ("Google API Gateway", "3.00"),
        ("Kong community on the application nodes", "0.00"))),
    Part("queue", "Message queue", "Integration", "million messages, per month", (
        ("Amazon SQS", "0.40"), ("Azure Service Bus", "0.80"), ("Google Pub/Sub", "0.08"), ("RabbitMQ on the worker nodes", "0.00"))),
    Part("connector", "Interface to an outside system", "Integration", "interface, per month", (
        ("AWS Lambda with EventBridge", "9.53"), ("Azure Functions", "8.20"), ("Cloud Run functions", "9.65"),
        ("Apache Camel on the worker nodes", "0.00"))),
    Part("notify_mail", "E-mail notices", "Application", "thousand e-mails, per month", (
        ("Amazon SES", "0.10"), ("Azure Communication Services", "0.25"), ("SendGrid (partner)", "0.90"), ("Own mail relay", "0.00"))),
    Part("notify_sms", "Text messages", "Application", "message, per month", (
        ("AWS End User Messaging", "0.01"), ("Azure Communication Services SMS", "0.01"), ("Twilio (partner)", "0.011"),
        ("Twilio (outside service)", "0.011"))),
    Part("db", "Relational database, highly available pair", "Data", "pair of 2 vCPU, 8 GiB, per month", (
        ("Amazon RDS for PostgreSQL, Multi-AZ", "232.14"), ("Azure Database for PostgreSQL, zone redundant", "259.88"),
        ("Cloud SQL for PostgreSQL, HA", "202.36"), ("PostgreSQL pair with paid support", "294.00"))),
    Part("db_small", "Database of a non-production environment", "Data", "instance of 2 vCPU, 4 GiB, per month", (
        ("Amazon RDS for PostgreSQL (db.t4g.medium)", "47.45"), ("Azure Database for PostgreSQL (B2s)", "49.64"),
        ("Cloud SQL for PostgreSQL (small)", "80.70"), ("PostgreSQL on own hosts", "22.00"))),
    Part("db_storage", "Database storage, kept twice", "Data", "GB, per month", (
        ("Amazon RDS gp3 storage, Multi-AZ", "0.23"), ("PostgreSQL premium storage, two copies", "0.23"),
        ("Cloud SQL SSD storage, HA", "0.34"), ("Mirrored flash storage", "0.10"))),
    Part("object", "Document and file storage", "Data", "GB, per month", (
        ("Amazon S3 Standard", "0.023"), ("Azure Blob Storage, hot, zone redundant", "0.023"), ("Cloud Storage Standard", "0.020"),
        ("Object storage on own hosts", "0.035"))),
    Part("archive", "Archive for the retention period", "Data", "GB, per month", (
        ("Amazon S3 Glacier Instant Retrieval", "0.004"), ("Azure Blob Storage, cold", "0.0036"), ("Cloud Storage Coldline", "0.004"),
        ("Tape library, share", "0.008"))),
    Part("cache", "Session and query cache", "Data", "node of 4-6 GiB, per month", (
        ("Amazon ElastiCache (cache.m6g.large)", "108.77"), ("Azure Cache for Redis", "100.74"), ("Memorystore for Redis", "186.88"),
        ("Valkey on own hosts", "22.00"))),
    Part("search", "Full-text search", "Data", "pair of nodes, per month", (
        ("Amazon OpenSearch Service", "186.88"), ("Azure AI Search S1", "245.28"), ("Elastic Cloud on Google Cloud (partner)", "190.00"),
        ("OpenSearch on own hosts", "44.00"))),
    Part("reporting", "Reports and dashboards", "Data", "report author, per month", (
        ("Amazon QuickSight", "24.00"), ("Power BI Pro", "14.00"), ("Looker Studio Pro", "9.00"), ("Apache Superset on own hosts", "0.00"))),
    Part("ocr", "Reading of scanned documents", "Application", "thousand pages, per month", (
        ("Amazon Textract", "1.50"), ("Azure AI Document Intelligence", "1.50"), ("Google Document AI", "1.50"), ("Tesseract on the worker nodes", "0.00"))),
    Part("language_model", "Language model calls", "Application", "million tokens, in and out mixed, per month", (
        ("Amazon Bedrock", "6.00"), ("Azure OpenAI Service", "4.40"), ("Vertex AI", "4.00"), ("Open model on a GPU host, share", "8.00"))),
    Part("maps", "Maps and location", "Application", "thousand map loads, per month", (
        ("Amazon Location Service", "0.50"), ("Azure Maps", "4.50"), ("Google Maps Platform", "7.00"), ("OpenStreetMap tiles on own hosts", "0.00"))),
    Part("identity_staff", "Sign-on of staff", "Security", "user, per month", (
        ("AWS IAM Identity Center", "0.00"), ("Microsoft Entra ID P1", "6.00"), ("Cloud Identity Premium", "7.20"), ("Keycloak on own hosts", "0.00"))),
    Part("identity_public", "Sign-on of the public", "Security", "monthly active user beyond the free tier", (
        ("Amazon Cognito Essentials", "0.015"), ("Microsoft Entra External ID", "0.016"), ("Identity Platform", "0.0055"), ("Keycloak on own hosts", "0.00"))),
    Part("keys", "Keys and secrets", "Security", "key, per month", (
        ("AWS KMS and Secrets Manager", "1.40"), ("Azure Key Vault Premium", "1.00"), ("Cloud KMS (HSM)", "1.00"), ("OpenBao on own hosts", "0.00"))),
    Part("threat", "Threat detection", "Security", "protected node, per month", (
        ("Amazon GuardDuty and Security Hub", "8.00"), ("Microsoft Defender for Cloud", "14.60"), ("Security Command Center Premium", "10.37"),
        ("Endpoint detection licence", "12.00"))),
    Part("logs", "Monitoring, logs and audit trail", "Operations", "GB of logs, per month", (
        ("Amazon CloudWatch", "0.50"), ("Azure Monitor Log Analytics", "2.30"), ("Cloud Logging and Monitoring", "0.50"),
        ("Grafana and Loki on own hosts", "0.10"))),
    Part("backup", "Backups", "Operations", "GB, per month", (
        ("AWS Backup", "0.05"), ("Azure Backup", "0.0448"), ("Backup and DR Service", "0.05"), ("Backup software and disk, share", "0.04"))),
    Part("backup_copy", "Backup copy in a second place", "Operations", "GB, per month", (
        ("AWS Backup, second region", "0.07"), ("Azure Blob Storage, cool (second place)", "0.02"), ("Cloud Storage Nearline, second region", "0.02"),
        ("Tape or disk in a second site", "0.03"))),
    Part("standby_node", "Standby application in a second place", "Operations", NODE, (
        ("Amazon ECS on Fargate, second region", "85.06"), ("Azure Container Apps, second place", "105.12"),
        ("GKE Autopilot, second region", "93.72"), ("Virtual machine in the second site", "40.00"))),
    Part("standby_db", "Standby database in a second place", "Operations", "instance of 2 vCPU, 8 GiB, per month", (
        ("Amazon RDS cross-region replica", "116.07"), ("Azure Database for PostgreSQL replica", "129.94"),
        ("Cloud SQL cross-region replica", "101.18"), ("PostgreSQL in the second site", "147.00"))),
    Part("pipeline", "Code repository and delivery pipeline", "Operations", "developer, per month", (
        ("GitHub Team", "4.00"), ("Azure DevOps Basic", "6.00"), ("GitHub Team", "4.00"), ("GitLab community on own hosts", "0.00"))),
    Part("rack", "Rack space, power and cooling", "Operations", "half rack, per month", (
        ("included in the service prices", "0.00"), ("included in the service prices", "0.00"), ("included in the service prices", "0.00"),
        ("Half rack with 2 kW", "750.00"))),
]
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
    names = {"aws": "AWS", "amazon": "AWS", "azure": "Azure", "microsoft": "Azure", "gcp": "GCP", "google": "GCP", "multi": "multi-cloud", "on-prem": "on-premise", "on prem": "on-premise", "onprem": "on-premise"}
    return next((name for word, name in names.items() if word in told), "AWS")


if __name__ == "__main__":
    provider = provider_of(GIVEN)  # noqa: F821
    print(f"CATALOGUE for {provider}, {REGION[provider]}; {CURRENCY}, approximate list prices as of {AS_OF}, to be checked")
    for tier in dict.fromkeys(part.tier for part in PARTS):
        print(f"  {tier}: " + "; ".join(f"{p.offer(provider)[0]} {p.offer(provider)[1]}" for p in PARTS if p.tier == tier))
