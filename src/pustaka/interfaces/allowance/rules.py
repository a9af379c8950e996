"""The arithmetic of allowances: plain Python, no Django, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST_FACETS_OF_A_CRAWLER = 3
HAIR_S = 0.001  # by less than that the sum of many moments is off
IPV6_HOUSEHOLD = 64  # bits; a line of a provider gets at least as many addresses as that leaves over

# What crawlers call themselves, in lower case: search engines, gatherers for language models, counters of links.
# A name that ends in "bot", "crawler" or "spider" needn't be named here; "Cubot" is a telephone.
CRAWLERS = (
    "ahrefs",
    "amazonbot",
    "anthropic-ai",
    "baiduspider",
    "bingpreview",
    "bytespider",
    "ccbot",
    "claudebot",
    "diffbot",
    "facebookexternalhit",
    "google-extended",
    "google-inspectiontool",
    "googleother",
    "gptbot",
    "ia_archiver",
    "mediapartners-google",
    "meta-externalagent",
    "mj12bot",
    "nutch",
    "perplexity",
    "scrapy",
    "semrush",
    "slurp",
    "yandex",
)
_CRAWLER = re.compile(rf"{'|'.join(map(re.escape, CRAWLERS))}|(?<!\bcu)(bot|crawler|spider)\b")

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may be asked: `burst` at once out of a full bucket, that fills again with `per_second`.

    A search costs 1; what else costs how much is the door's to say.
    """

    per_second: float
    burst: float

    @property
    def seconds(self) -> float:
        """How long an empty bucket takes to be full."""
        return self.burst / self.per_second


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose bucket it is: that of an address, a person, a campus network."""

    key: str
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a bucket.

    full_at: the moment at which it is full again. wait: seconds until the same may be asked; 0 when it was granted.
    """

    full_at: float
    wait: float

    @property
    def is_granted(self) -> bool:
        """Whether it may be asked now."""
        return self.wait == 0


def take(full_at: float, *, cost: float, allowance: Allowance, at: float) -> Taken:
    """Take `cost` from a bucket, or nothing where that isn't in it.

    A bucket is known by one number, the moment at which it is full again: a moment that has passed means a full
    bucket, so that whoever asks no more is forgotten without a trace.

    Args:
        full_at: as the last `take` left it; 0 for an asker who isn't known.
        cost: what costs more than a bucket holds takes a full one.
        at: seconds, by the same clock.
    """
    full_at = min(max(full_at, at), at + allowance.seconds)  # a clock that was set back mustn't lock anybody out
    after = full_at + min(cost, allowance.burst) / allowance.per_second
    wait = after - at - allowance.seconds
    return Taken(after, 0.0) if wait <= HAIR_S else Taken(full_at, wait)


def client_address(remote: str, *, forwarded: str = "", proxies: int = 0) -> str:
    """The address of whoever asks.

    Args:
        remote: the other end of the connection.
        forwarded: the header `X-Forwarded-For`, to which each proxy adds at the end whom it saw.
        proxies: how many proxies of ours stand before us; what stands further ahead in the header may be invented.
    """
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    return seen[-proxies] if 0 < proxies <= len(seen) else remote


def asker(address: str, *, campus: Iterable[Network], visitor: Allowance, shared: Allowance) -> Asker | None:
    """Whose bucket an address takes from: that of its campus network, else its own; an IPv6 address that of its /64.

    Returns:
        `None` for this machine itself: its own programs, or a proxy that nobody told us of, with everybody behind it.
    """
    ip = _parsed(address)
    if ip is None:
        return Asker("unknown", visitor)
    if ip.is_loopback:
        return None
    for network in campus:
        if ip in network:
            return Asker(f"campus {network}", shared)
    if isinstance(ip, IPv6Address):
        return Asker(str(ip_network((ip, IPV6_HOUSEHOLD), strict=False)), visitor)
    return Asker(str(ip), visitor)


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address belongs to one of the networks; what is no address belongs to none."""
    ip = _parsed(address)
    return ip is not None and any(ip in network for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; one of IPv4 that comes in the clothes of IPv6 as what it is."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return ip.ipv4_mapped if isinstance(ip, IPv6Address) and ip.ipv4_mapped else ip


def is_crawler(user_agent: str) -> bool:
    """Whether a program says of itself that it goes from link to link."""
    return _CRAWLER.search(user_agent.lower()) is not None
