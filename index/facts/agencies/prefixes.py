"""What stands before the core of an agency's name: a place, 省 市 县 区 for the article's own, or a development zone."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from juanzong.index.facts.agencies.setting import Setting
from juanzong.index.facts.places.gazetteer import Unit, gazetteer
from juanzong.index.facts.places.names import Place, county_short_before

_LEVELS = {
    "省": "province",
    "市": "city",
    "县": "county",
    "区": "district",
    "州": "prefecture",
    "盟": "prefecture",
    "旗": "banner",
}
# what makes a level character part of another word, or of a body that is none in particular
_NOT_LEVEL = {
    "市": "的辖地城县区各省超股楼集门夜花菜早米黑上入退开休牛熊都外多两跨乡全场街闹救利行新每某三四五六七八九十座直个类大小",
    "省": "各外多跨两节反全每某边分邻比",
    "县": "各区市多两州全每某个郊百",
    "区": "社小校园景地辖片山牧矿库灾疫各市县新老城郊湖开发厂特军战林农禁险众防间专教牧营住居商保选赛时盲误雷湾港旗站河库两某每全自北南东西中乡",
    "州": "各神九全两每某",
    "盟": "联同结加欧东各",
    "旗": "红国各党军锦",
}
ZONE_WORDS = {"经开区": "经济技术开发区", "高新区": "高新技术产业开发区", "高新技术开发区": "高新技术产业开发区"}
_ZONE = re.compile(
    r"(?P<zone>高新技术产业开发区|高新技术开发区|经济技术开发区|经济开发区|高新区|经开区|开发区|保税港?区|综保区|综合保税区|自贸区|旅游度假区|度假区|示范区|工业园区|产业园区|管理区|风景名胜区|新区)$"
)
_NAMED_ZONE = re.compile(r"(?P<zone>[一-龥]{2}新区)$")
CORPS = "新疆生产建设兵团"
_CORPS = re.compile(r"(?P<corps>(?:新疆)?(?:生产建设)?兵团)?(?P<division>第[一二三四五六七八九十]{1,3}师)?$")
_SENTENCE_END = re.compile(r"[。!?]")
# 并入市商业局, but not 入市
_INTO = frozenset("并划转归移纳")
_OWN = re.compile(r"[我本该]$")
# 本地委员, 该地区
_ANY_REGION = frozenset("本该各当")
# between a county-level city and 市委 nothing may stand that ends its clause, or counts: 蛟河市1例。经市疾控中心
_PARTED = re.compile(r"[。;!?\d]")
_LISTED = frozenset("、和及与")
# where somebody has been, or whom a letter came from, is not who acts
_PASSED = re.compile(r"(?:到过|去过|来过|途经|路过|接到|收到|来自|旅居)$")
# 区 and 县 end so many words that only these may stand before them
_BEFORE_LEVEL = frozenset(
    "凭持找请问责交送帮陪随像跟还已曾也又再先才都均仅只就后经叫而且但若如虽待需须可应能要愿肯敢称说指派让在由向对到和与及经据被是为于从将我本该获报市省委州之悉受按照合会时日后前任了给请派让使同即随因以至达并者员民长名等把、午晚晨夜早天年回去往赴调进"
)


class Prefix(NamedTuple):
    """`name` begins the canonical name; `short` is the place without its suffix; `level` is province, city, county, district or zone."""

    start: int
    name: str
    short: str
    level: str
    city: str | None
    basis: str
    confidence: float


def of_unit(unit: Unit, start: int, basis: str, confidence: float = 1.0) -> Prefix:
    """The prefix that a settled place makes."""
    level = unit.level
    if level == "county" and unit.name.endswith(("区", "新区")):
        level = "district"
    if level == "county" and unit.city == unit.name:
        level = "city"
    short = unit.short
    if level == "zone" and unit.city and short.startswith(city := unit.city[:-1]):
        short = short[len(city) :] or short
    return Prefix(start, unit.body_prefix, short, level, unit.city, basis, confidence)


class PrefixFinder:
    """Finds the prefix that ends at an offset of one paragraph."""

    def __init__(self, text: str, places: Sequence[Place], foreign_ends: frozenset[int], setting: Setting) -> None:
        self.text, self.places, self.setting, self.foreign_ends = text, places, setting, foreign_ends
        self.by_end = {place.end: place for place in places}
        self.by_start = {place.start: place for place in places}
        self.ends = [place.end for place in places]

    def before(self, at: int, low: int = 0) -> list[Place]:
        """The places that end in low..at, the nearest first, at most sixty of them."""
        last = bisect_right(self.ends, at)
        first = max(bisect_left(self.ends, low), last - 60)
        return list(self.places[first:last][::-1])

    def place(self, end: int) -> Prefix | None:
        """A place that ends here, with the larger places right before it."""
        place = self.by_end.get(end)
        # 深圳市场监管局 is 深圳 + 市场监管局
        if (
            place is None
            and self.text[end : end + 1] == "市"
            and (longer := self.by_end.get(end + 1))
            and longer.surface.endswith("市")
        ):
            place = longer
        if place is None:
            return None
        start, unit = place.start, place.unit
        while (
            (before := self.by_end.get(start))
            and before.unit.province == unit.province
            and before.unit.name != unit.name
        ):
            start = before.start
        if start >= 2 and self.text[start - 2 : start] == "中共":
            start -= 2
        prefix = of_unit(unit, start, place.basis)
        if self.text[end - 1 : end] == "市" and unit.level == "province":
            return None
        return prefix

    def level(self, end: int) -> Prefix | None:
        """省, 市, 县, 区 for the article's own unit of that level."""
        if (
            self.text[end - 1 : end] == "地"
            and (place := self.by_end.get(end - 1))
            and place.unit.level == "city"
            and self.text[end : end + 1] in ("委", "直")
        ):
            # 喀什地委: the prefecture's committee
            return of_unit(place.unit, place.start, place.basis)._replace(name=place.unit.short + "地")
        if self.text[end - 1 : end + 1] == "地委" and (own := self._region(end - 1)):
            # 地委组织部, of the article's own prefecture
            return of_unit(own, end - 1, "context", 0.85)._replace(name=own.short + "地")
        if self.text[max(0, end - 3) : end] == "自治区" and end not in self.by_end:
            region = self.own("自治区", end - 3)
            return of_unit(region, end - 3, "context", 0.85) if region else None
        if self.text[max(0, end - 2) : end] == "地区" and (own := self._region(end - 2)):
            return of_unit(own, end - 2, "context", 0.85)
        letter = self.text[end - 1 : end]
        if letter not in _LEVELS or end - 1 in self.foreign_ends:
            return None
        start = end - 1
        before = self.text[start - 1 : start]
        # 沛县县委: the level repeats the place
        if (place := self.by_end.get(start)) and place.unit.name.endswith(letter) and place.surface.endswith(letter):
            return of_unit(place.unit, place.start, place.basis)
        if _OWN.match(before):
            start -= 1
        elif before == "入" and self.text[start - 2 : start - 1] in _INTO:
            pass
        elif before and (
            before in _NOT_LEVEL[letter]
            or (before == "、" and self.text[start - 2 : start - 1] in _LEVELS)
            or (letter in "区县" and "一" <= before <= "龥" and before not in _BEFORE_LEVEL)
        ):
            return None
        if letter == "区" and "市辖区" in self.text[max(0, start - 24) : start]:
            # 拟任市辖区党委常委、区纪委书记
            return None
        if self.text[max(0, start - 2) : start] == "中共":
            start -= 2
        unit = self.own(letter, start)
        return of_unit(unit, start, "context", 0.85) if unit else None

    def _region(self, start: int) -> Unit | None:
        """The prefecture that 地区 means at an offset: 地区水利局."""
        left = self.text[start - 1] if start else ""
        if start in self.by_end or left in _ANY_REGION or "一" <= left <= "龥" and left not in _BEFORE_LEVEL:
            return None
        near = next((place.unit for place in self.before(start) if place.unit.name.endswith("地区")), None)
        city = gazetteer().cities.get(self.setting.city or "")
        if near or city is None or city.name.endswith("地区"):
            return near or city
        # a city that was a 地区 in the days of which the story tells
        former = gazetteer().names.get(city.short + "地区", {}).get("full")
        return former[0] if former else None

    def own(self, letter: str, at: int) -> Unit | None:
        """The unit that 市 and the like mean at an offset: the nearest one named before it where the article tells of several, else the article's own."""
        s = self.setting
        g = gazetteer()
        kinds = {"省": ("province",), "市": ("city",), "州": ("city",), "盟": ("city",)}
        places = self._antecedents(at)
        before = [place.unit for place in places]
        if letter == "自治区":
            near = next((u for u in before if u.name.endswith("自治区")), None)
            own = g.provinces.get(s.province or "")
            return own if own and own.name.endswith("自治区") else near
        if letter == "市":
            close = next((p for p in self.before(at, at - 9)), None)
            if (
                close
                and close.unit.level == "county"
                and close.unit.name.endswith("市")
                and not _PARTED.search(self.text, close.end, at)
            ):
                # 昆山市委、市政府
                return close.unit
            near = next((u for u in before if u.city and (u.level == "city" or u.name.endswith("市"))), None)
            if s.own_county_city and (near is None or near.city == s.own_county_city.city):
                return s.own_county_city
            if s.several_cities and near:
                around = next(place for place in places if place.unit.city)
                past = around.unit.city in s.asides and _SENTENCE_END.search(self.text, around.end, at)
                within = (
                    around.unit is near
                    and near.level == "county"
                    and near.city == s.city
                    and _PARTED.search(self.text, around.end, at)
                )
                if not past and not within:
                    return near if around.unit is near else g.cities.get(around.unit.city or "", near)
            return g.cities.get(s.city or "") or near
        if letter in kinds:
            near = next((u for u in before if u.level in kinds[letter]), None)
            if letter == "省":
                if near and near.name.endswith("省") and (s.several_cities or not s.province):
                    return near
                return g.provinces.get(s.province) if s.province and s.province.endswith("省") else None
            return (
                near
                if near and near.name.endswith(("州", "盟"))
                else (g.cities.get(s.city) if s.city and s.city.endswith(("州", "盟")) else None)
            )
        suffix = {"县": "县", "区": "区", "旗": "旗"}[letter]
        named = [place for place in places if place.unit.level == "county" and place.unit.name.endswith(suffix)]
        if named and not self._is_past(named[0], at):
            return named[0].unit
        if own := next((place.unit for place in named if place.unit.city == s.city), None) or s.own_counties.get(
            suffix
        ):
            return own
        if named:
            return named[0].unit
        counted = [(name, n) for name, n in s.counties.most_common() if name.endswith(suffix)]
        total = sum(n for _, n in counted)
        return s.county_units.get(counted[0][0]) if counted and counted[0][1] >= 0.75 * total else None

    def _is_past(self, place: Place, at: int) -> bool:
        """Whether a place of another city than the article's was named by the way, or in a list, in a sentence that has ended."""
        s = self.setting
        if not s.city or place.unit.city == s.city or not _SENTENCE_END.search(self.text, place.end, at):
            return False
        return (
            not s.several_cities
            or place.unit.city in s.asides
            or self.text[(first := self._first(place)) - 1 : first] in _LISTED
        )

    def _antecedents(self, at: int) -> list[Place]:
        """The places before an offset, without those of other cities that somebody has only been to, where one of the article's own city is left."""
        places, city = self.before(at), self.setting.city
        if not city or len(places) < 2 or not 0 < sum([place.unit.city == city for place in places]) < len(places):
            return places
        return [
            place
            for place in places
            if place.unit.city == city
            or not _PASSED.search(self.text, max(0, (first := self._first(place)) - 2), first)
        ]

    def _first(self, place: Place) -> int:
        """Where the larger places right before a place begin: its province, its city."""
        start = place.start
        for _ in range(3):
            if (before := self.by_end.get(start)) is None:
                break
            start = before.start
        return start

    def zone(self, end: int) -> Prefix | None:
        """A development zone: 徐州经开区 + 管委会."""
        window = self.text[max(0, end - 14) : end]
        m = _ZONE.search(window)
        if m and m["zone"] == "新区":
            m = _NAMED_ZONE.search(window) or m
        if not m or end in self.by_end:
            return None
        start = end - len(window) + m.start("zone")
        place = self.place(start)
        word = ZONE_WORDS.get(m["zone"], m["zone"])
        if place:
            # a zone is called after its city by the short name
            named = place.short if place.level == "city" or place.name.endswith("市") else place.name
            own = self.by_end.get(start)
            if (
                own
                and own.unit.level == "county"
                and named == own.surface
                and (around := self.by_end.get(own.start))
                and around.unit.level == "city"
            ):
                named = around.unit.short + named
            return Prefix(place.start, named + word, word, "zone", place.city, place.basis, 0.9)
        city = self.setting.city
        # a zone that no place names is the city's own, if nothing but a function word stands before it
        if (
            not city
            or m["zone"][-3:] not in ("开发区", "高新区", "经开区")
            or (
                start
                and re.match(r"[一-龥]", self.text[start - 1])
                and self.text[start - 1] not in "在由向对到与和及的从经是被于入进市该本"
            )
        ):
            return None
        return Prefix(start, gazetteer().cities[city].short + word, word, "zone", city, "context", 0.7)

    def corps(self, end: int) -> Prefix | None:
        """The production and construction corps of Xinjiang and its divisions: 兵团 + 农业农村局, 第一师 + 农业农村局."""
        if (
            self.text[end - 1 : end] not in ("团", "师")
            or (m := _CORPS.search(self.text, max(0, end - 16), end)) is None
        ):
            return None
        division = m["division"] or ""
        if not m["corps"] and (self.setting.province != "新疆维吾尔自治区" or not division):
            return None
        return Prefix(m.start(), CORPS + division, CORPS, "corps", None, "explicit" if m["corps"] else "context", 0.9)

    def short_county(self, end: int) -> Prefix | None:
        """The bare short name of a county that the article or its city knows: 铜山 + 教育局."""
        found = county_short_before(self.text, end)
        if not found:
            return None
        start, units = found
        inside = [u for u in units if u.name in self.setting.counties] or [
            u for u in units if self.setting.city and u.city == self.setting.city
        ]
        if len({u.name for u in inside}) > 1:
            # a county that is called like its prefecture is nearer to its short name
            inside = [u for u in inside if u.level != "city"]
        if len({u.name for u in inside}) != 1:
            return None
        return of_unit(inside[0], start, "district", 0.9)

    def any(self, end: int) -> Prefix | None:
        """The prefix that ends here, of whatever kind."""
        return self.place(end) or self.level(end) or self.corps(end) or self.zone(end) or self.short_county(end)
