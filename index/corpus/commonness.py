"""How much a text looks like Chinese or English: what tells one reading of the same bytes from another."""

from __future__ import annotations

from functools import cache

SAMPLE = 1 << 16
"""Characters or bytes by which a text is judged."""
_FREQUENT = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起"
    "看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美"
    "相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神"
    "总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式"
    "色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔局委省县镇警案疫病防控罪法院检察"
    "這個們來為國時會說對後發經過種還學樣現動當沒開進與實長機點業將間問應戰體見話東聲員論處義認條氣題變總電數報結務場計資統區隊決術確傳師觀讓識帶導爭運縣鎮"
    "，。、：；？！“”（）《》「」『』—…　０１２３４５６７８９"
)


@cache
def characters() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that every Chinese text is full of, and the ordinary ones: first planes of GB 2312 and Big5, ASCII, punctuation."""
    plane = {bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)}
    plane |= {
        bytes((high, low)).decode("big5", "ignore")
        for high in range(0xA4, 0xC7)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    }
    ascii_letters = {chr(code) for code in range(0x20, 0x7F)} | {"\n", "\t", "\r"}
    return frozenset(_FREQUENT), frozenset("".join(plane)) | ascii_letters | frozenset(_FREQUENT)


def commonness(text: str) -> float:
    """How much a text looks like Chinese or English: between 0 and 1, about .6 and more for real text."""
    if not text:
        return 0.0
    frequent, ordinary = characters()
    sample = text[:SAMPLE]
    wide = [character for character in sample if character > "\x7f"]
    share = sum(character in ordinary for character in sample) / len(sample)
    return share * (
        0.5 + 0.5 * min(1.0, 2.5 * sum(character in frequent for character in wide) / len(wide)) if wide else 0.9
    )
