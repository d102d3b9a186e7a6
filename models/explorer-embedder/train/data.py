"""Pages of an explorer and questions that look for them, written by a small grammar.

A page is described by its kind and a value for each of the kind's parts. Every value has one name that pages use and several that people
use. A question takes the page's own word for about half of the values, and other people's words, most of which share nothing with it, for
the rest.
"""

import hashlib
import random
from dataclasses import dataclass
from itertools import product

HELD_OUT_ONE_IN = 10
OWN_WORD_SHARE = 0.5

GPU = {
    "NVIDIA RTX 3060": ["3060", "rtx 3060", "rtx3060"],
    "NVIDIA RTX 3080": ["3080", "rtx 3080", "rtx3080"],
    "NVIDIA RTX 3090": ["3090", "rtx 3090", "rtx3090"],
    "NVIDIA RTX 4060": ["4060", "rtx 4060", "rtx4060"],
    "NVIDIA RTX 4070": ["4070", "rtx 4070", "rtx4070"],
    "NVIDIA RTX 4080": ["4080", "rtx 4080", "rtx4080"],
    "NVIDIA RTX 4090": ["4090", "rtx 4090", "rtx4090"],
    "NVIDIA RTX 5090": ["5090", "rtx 5090", "rtx5090"],
    "NVIDIA A40": ["a40", "ampere 48 gig"],
    "NVIDIA A100": ["a100", "ampere data center card"],
    "NVIDIA H100": ["h100", "hopper"],
    "NVIDIA L40S": ["l40s", "ada data center card"],
}
WORKLOAD = {
    "text generation": ["chatbot", "llm", "language model", "writing answers"],
    "image generation": ["stable diffusion", "painting pictures", "drawing images", "flux"],
    "speech recognition": ["whisper", "transcribing audio", "voice to text"],
    "embeddings": ["vectors for search", "semantic search", "encoding sentences"],
    "fine-tuning": ["training", "lora", "adapting weights"],
    "video rendering": ["blender", "animation frames", "clips"],
    "benchmark": ["speed test", "measuring performance", "stress test"],
    "image classification": ["labelling photos", "recognising objects", "vision classifier"],
}
STATE = {
    "queued": ["waiting", "not started yet", "pending"],
    "running": ["in progress", "being executed", "active now"],
    "completed": ["finished", "done", "successful"],
    "stopped": ["cancelled", "ended by its owner", "aborted"],
    "timed out": ["ran too long", "exceeded its time", "expired"],
}
TIER = {
    "premium": ["verified hosts only", "trusted", "enterprise grade"],
    "community": ["open to everybody", "anyone may join", "hobby hosts"],
    "private": ["invitation only", "by allow list", "members only"],
}
PRICE = {
    "low price": ["cheap", "inexpensive", "for little money"],
    "medium price": ["moderate cost", "average rate", "neither dear nor a bargain"],
    "high price": ["expensive", "costly", "top rate"],
}
QUEUE = {
    "nodes are waiting": ["idle hosts", "machines free", "can start at once"],
    "jobs are waiting": ["backlog", "congested", "have to line up"],
    "queue is empty": ["nobody there", "no one in line", "quiet"],
}
COUNTRY = {
    "Germany": ["german", "berlin", "frankfurt"],
    "United States": ["american", "usa", "california"],
    "Netherlands": ["dutch", "amsterdam", "holland"],
    "France": ["french", "paris", "marseille"],
    "Japan": ["japanese", "tokyo", "osaka"],
    "Brazil": ["brazilian", "sao paulo", "rio"],
    "Poland": ["polish", "warsaw", "krakow"],
    "Canada": ["canadian", "toronto", "montreal"],
    "India": ["indian", "mumbai", "bangalore"],
    "Singapore": ["singaporean", "southeast asia"],
}
PRESENCE = {
    "online": ["reachable", "up", "alive"],
    "offline": ["unreachable", "down", "gone"],
    "busy": ["occupied", "working on something", "taken"],
}
RECORD = {
    "reliable": ["stable", "good uptime", "never fails"],
    "unreliable": ["flaky", "often fails", "bad track record"],
}
ERROR = {
    "image not found": ["docker says manifest unknown", "wrong container name", "404 on pull"],
    "registry access denied": ["401 when pulling", "private container without credentials", "unauthorised pull"],
    "registry rate limit": ["429 too many pulls", "docker hub throttled me", "pull limit reached"],
    "out of memory": ["oom killed", "ran out of ram", "exit 137"],
    "GPU not available": ["cuda missing", "no nvidia driver", "device not detected"],
    "disk full": ["no space left", "storage exhausted", "volume ran out of room"],
    "health check failed": ["endpoint never became ready", "probe keeps failing", "service does not answer"],
    "invalid definition": ["json rejected", "schema mistake", "validation complaint"],
    "host shut down": ["machine was switched off", "power loss", "provider quit midway"],
    "non-zero exit": ["my program crashed", "script returned 1", "command blew up"],
    "download failed": ["weights could not be fetched", "model file unreachable", "resource missing"],
    "network unreachable": ["no internet in container", "dns does not resolve", "connection refused"],
}
THING = {
    "job price": ["what i pay", "cost of my task", "fee per hour"],
    "node reward": ["what hosts earn", "income of a machine", "payout"],
    "receipt": ["signed proof", "statement of what ran", "attestation"],
    "result": ["output", "answer of my task", "what came back"],
    "market": ["place where tasks meet hosts", "pool", "gpu category"],
    "timeout": ["time limit", "deadline", "maximum duration"],
    "wallet": ["my keys", "account that signs", "seed phrase"],
    "stake": ["locked tokens", "deposit", "collateral"],
    "reputation": ["trust score", "rating", "standing of a host"],
    "model catalogue": ["which networks are offered", "list of weights", "available ai"],
}
ASPECT = {
    "is computed": ["how is it calculated", "where does the number come from", "formula"],
    "can be changed": ["edit", "modify later", "adjust"],
    "can be verified": ["check that it is true", "audit", "make sure nobody lied"],
    "can be exported": ["download as csv", "save to a file", "get it into a spreadsheet"],
    "is found": ["where do i look", "locate", "which page shows it"],
    "is lost": ["gone missing", "recover", "disappeared"],
}


@dataclass(frozen=True, eq=False)
class Kind:
    name: str
    parts: tuple[dict[str, list[str]], ...]
    page: str
    #: What questions look like; the last two are never trained on.
    questions: tuple[str, ...]


KINDS = [
    Kind(
        "job",
        (STATE, WORKLOAD, GPU),
        "Job, {0}: {1} on {2}",
        ("task {1} on {2} {0}", "{0} {1} {2}", "show me {2} tasks that are {0} and do {1}", "any {1} {0} using {2}?",
         "i look for {1}, {0}, with a {2}", "{2}: {1}, {0}"),
    ),
    Kind(
        "market",
        (GPU, TIER, PRICE, QUEUE),
        "Market for {0}: {1}, {2}, {3}",
        ("pool of {0} {1} {2} {3}", "{2} {0} {1}, {3}", "where can i get a {0} {2}, {3}, {1}", "{3} {1} {0} {2} pool",
         "find {0}, {1} and {2}, while {3}", "{1}: {0}; {3}; {2}"),
    ),
    Kind(
        "node",
        (GPU, COUNTRY, PRESENCE, RECORD),
        "Node in {1} with {0}: {2}, {3}",
        ("{3} host {1} {0} {2}", "machine with {0} {1} that is {2} and {3}", "{1} {0} {2} {3}", "{0} provider, {1}, {3}, {2}",
         "is there a {3} {1} computer with {0}, {2}?", "{2}, {3}: {0}, {1}"),
    ),
    Kind(
        "error",
        (ERROR, WORKLOAD),
        "Error: {0} during {1}",
        ("{0} while {1}", "my {1} failed, {0}", "{1}: {0}", "why {0} with {1}?",
         "help, {0} as soon as i try {1}", "{0}, was doing {1}"),
    ),
    Kind(
        "help",
        (THING, ASPECT),
        "Help: how the {0} {1}",
        ("{0}: {1}", "{1} {0}", "{0}, {1}?", "question about {0}, {1}",
         "tell me, {1}, about {0}", "i wonder about {0} and {1}"),
    ),
]
HELD_OUT_QUESTIONS = 2


@dataclass(frozen=True)
class Page:
    kind: Kind
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.kind.page.format(*self.values)

    @property
    def held_out(self) -> bool:
        """Combinations of values that training never sees, neither as a page nor as what is asked for."""
        digest = hashlib.sha256(self.text.encode()).digest()
        return int.from_bytes(digest[:4], "big") % HELD_OUT_ONE_IN == 0

    def question(self, rng: random.Random, held_out: bool, typo: bool = False) -> str:
        """One way to ask for the page, in people's words."""
        forms = self.kind.questions[-HELD_OUT_QUESTIONS:] if held_out else self.kind.questions[:-HELD_OUT_QUESTIONS]
        words = [
            value.lower() if rng.random() < OWN_WORD_SHARE else rng.choice(names[value])
            for names, value in zip(self.kind.parts, self.values)
        ]
        text = rng.choice(forms).format(*words)
        return with_typo(text, rng) if typo else text


def pages() -> list[Page]:
    return [Page(kind, values) for kind in KINDS for values in product(*(part.keys() for part in kind.parts))]


def with_typo(text: str, rng: random.Random) -> str:
    """Two neighbouring letters of one word of letters change places, or one is left out."""
    words = text.split(" ")
    places = [index for index, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not places:
        return text
    index = rng.choice(places)
    word, at = words[index], rng.randrange(1, len(words[index]) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[index] = swapped if rng.random() < 0.5 else word[:at] + word[at + 1 :]
    return " ".join(words)
