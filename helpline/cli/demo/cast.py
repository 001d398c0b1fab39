"""Who and what the demo is made of: obviously invented, with numbers that nobody has."""

from dataclasses import dataclass

from helpline.keys.rules import Role


@dataclass(frozen=True, slots=True)
class Figure:
    """A person of the demo; `phone` is the number of their desk phone."""

    login: str
    role: Role
    languages: tuple[str, ...]
    phone: str = ""


FIRST = Figure(
    "nils.compass", Role.SUPERVISOR, ("en", "zh-Hans", "yue", "hi", "ta"), "+860000000901"
)
OTHERS = (
    Figure("vera.signal", Role.SUPERVISOR, ("en", "hi"), "+860000000902"),
    Figure("ada.lantern", Role.COUNSELLOR, ("zh-Hans", "en"), "+860000000911"),
    Figure("tao.willow", Role.COUNSELLOR, ("zh-Hans", "yue"), "+860000000912"),
    Figure("asha.marigold", Role.COUNSELLOR, ("hi", "en"), "+910000000913"),
    Figure("kavi.paperkite", Role.COUNSELLOR, ("ta", "en"), "+910000000914"),
    Figure("wren.harbour", Role.COUNSELLOR, ("zh-Hans", "hi", "en"), "+860000000915"),
    Figure("otto.ledger", Role.ADMINISTRATOR, ("en",)),
    Figure("iris.abacus", Role.AUDITOR, ("en",)),
    Figure("cleo.sealwax", Role.CERTIFIER, ("en",)),
    Figure("kira.ribbon", Role.SPONSOR, ("en",)),
)


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A line of the demo."""

    number: str
    name: str
    languages: tuple[str, ...]
    emergency: str


LINES = (
    DemoLine("+860000000100", "East line", ("zh-Hans", "yue", "en"), "110, 119, 120"),
    DemoLine("+910000000100", "South line", ("hi", "ta", "en"), "112"),
)
HOURS = "00:00-24:00"
ZONE = "Asia/Shanghai"

PROVINCES = ("Lantern Coast", "Paper Hills")
BRANDS = ("Kite & Co", "Tumbletoy")
TOYS = (
    "Papercrane", "Tin Robot", "Wooden Duck", "Blue Kite", "Spinning Top",
    "Rocking Horse", "Marble Run", "Music Box", "Puzzle Bear", "Silver Train",
)  # fmt: skip
KINDS = ("Toys", "Games", "Plush Works", "Dolls")

# What invented workers said, by language: short sentences of everyday trouble.
SENTENCES = {
    "zh-Hans": (
        ("W1", 2, "九月的工资还没有发，我们组有好几个人都没拿到。"),
        ("H1", 2, "每天加班到晚上十点，一个月只休息一天。"),
        ("L2", 0, "暑假孩子要来，不知道厂里有没有地方可以照看。"),
        ("D2", 1, "食堂的水有味道，很多人肚子疼。"),
        ("S1", 2, "我工作两年了，还没有给我交社保。"),
        ("Q5", 0, "我想问一下辞职要提前多少天说。"),
    ),
    "yue": (
        ("W3", 2, "加班费同之前讲嘅唔同，少咗好多。"),
        ("P4", 0, "好挂住屋企嘅细路，想搵人倾下偈。"),
    ),
    "hi": (
        ("W4", 2, "वेतन से बिना बताए पैसे काटे गए हैं।"),
        ("V1", 1, "सुपरवाइज़र सबके सामने चिल्लाते हैं।"),
        ("M3", 1, "गर्भवती हूँ, छुट्टी के बारे में पूछना है।"),
        ("S5", 2, "मेरा पीएफ़ खाता नंबर नहीं मिला है।"),
    ),
    "ta": (
        ("H3", 2, "மூன்று வாரமாக ஓய்வு நாள் இல்லை."),
        ("D4", 1, "பேருந்து இரவில் தாமதமாக வருகிறது."),
    ),
    "en": (
        ("W7", 1, "I do not understand my payslip."),
        ("C3", 2, "They say I cannot leave before the new year."),
    ),
}
