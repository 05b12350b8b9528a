"""Lines that belong to the page and not to the story: editors' credits, sources, disclaimers, navigation, running heads.

They are searched only on demand, but they are mined for a source and a date.
"""

from __future__ import annotations

import re

from juanzong.index.corpus.buttons import is_button_line
from juanzong.index.structure.wording import HAN, is_closed

# What such lines begin with. A word before [:] counts only with a colon or a bar after it.
_CREDITS = """责任编辑|责编|责校|(?:本文|值班|执行|网络|实习|新媒体|本期)?编辑[:]|主编[:]|(?:网络编辑|网编|供稿单位|供稿|发布人|录入|作者单位|发稿)[:]
    (?:审核|校对|校审|审校|监制|监审|编审|排版|美编|终审|初审|复审|签发|审签|统筹|制作)[:]"""
_ORIGIN = """来源[ \u3000]{0,2}[:]|(?:稿件|稿|信息|文章|新闻|内容|图文|图片|本文)来源|转自[:]?|转载自|本文转[载自]|原标题[:]"""
_LEGAL = """版权(?:归|所有|声明|说明|信息)|免责声明|特别声明|郑重声明[:]|声明[:]|广告声明|Copyright|©|[H]{0,3}ICP[备证]|[H]公网安备|网站(?:地图|标识码)|技术支持[:]"""
_MORE = """相关(?:新闻|阅读|链接|报道|推荐|稿件|文章)|热[门点](?:新闻|文章|资讯|排行|内容|话题)(?:榜|$)?$|(?:最新|今日)(?:新闻|文章|资讯|发布|要闻)$|(?:新闻|点击|阅读|热度|24小时|本周|一周)排行榜?$|延伸阅读|推荐阅读|更多(?:新闻|精彩|资讯|内容|推荐)|往期(?:推荐|回顾|精选|精彩)
    (?:热门|精彩|为您|今日)推荐|热点推荐|猜你喜欢|大家都在看|[上下]一[篇条页][:]?|返回(?:顶部|首页|列表|上页)|首页[ \u3000]?[>＞»/]
    (?:您|你)?(?:现在|当前|所在)(?:的|所在)?位置|.{0,2}上一[版期篇] |版面导航|(?:新闻|站内|本站)?搜索[:]|关键词[:]|https?:|www[.]|Powered [Bb]y|404 Not Found|二维码$"""
_CALLS = """点击(?:上方|下方|左下|右上|蓝字|关注|查看|阅读原文|进入|此处)|长按|扫码(?:关注|查看|下载|观看|阅读|进群|添加|看|领|加)|扫一扫(?:在|用|关注|下载|二维码|看|加|$)|预览时标签不可点|(?:继续|向上)滑动看下一个|轻触阅读原文|扫描(?:下方|上方|二维码)|识别(?:图中)?二维码
    关注(?:我们|公众号|微信|本号)|微信(?:扫|公众号|号[:])|欢迎(?:关注|转发|投稿|扫码|留言|在留言)|点(?:个|亮)?(?:赞|在看)|在看$|收藏$|转发$|举报$|联系我们$
    投稿(?:邮箱|热线|方式)|商务合作|(?:新闻|报料|爆料|热线)热线[:]"""
_TOOLS = r"""分享(?:到|至|本文)|打印(?:本页|本文|文章|】|\]|$)|关闭(?:窗口|本页|】|\]|$)|字体[:大]|字号[:大]|阅读(?:原文|全文)
    (?:浏览|阅读|点击|访问)(?:量|数|次数)(?:[:： \u3000\d]|$)"""
_PRINT = r"""—{0,6}[ \u3000]?(?:END|The End|THE END)|本文完|下转第?|上接第?|上接[A-Z\d]|(?:第?[一二三四五六七八九十\d]{1,3}|第?[A-Z]?\d{1,2})版(?:[:]|$)
    (?:[H]{2,8}[报刊][ \u3000]{1,3})?[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日[ \u3000]*(?:星期|周)[一二三四五六日天]"""


def _either(*lists: str) -> str:
    """One alternation from lists of alternatives, over several lines."""
    joined = "|".join("|".join(line.strip() for line in words.splitlines()) for words in lists)
    return joined.replace("[:]", "[:：丨|]").replace("[:大]", "[:：大]").replace("[H]", f"[{HAN}]")


_BEGINS = re.compile(
    r"[【\[（(■▍●◆|↓▼▽👇\s-]{0,6}(?:" + _either(_CREDITS, _ORIGIN, _LEGAL, _MORE, _CALLS, _TOOLS, _PRINT) + ")"
)
_CONTAINS = re.compile(
    _either(
        """版权归|版权(?:均属|所有)|向原创(?:者|作者)?致敬|不代表本(?:网|站|平台|号|公众号)|如有侵权|侵权(?:请(?!求)|必究|联系)|侵删
    未经[^，。]{0,12}(?:授权|许可)[^。]{0,12}(?:转载|摘编|刊登)|禁止转载|凡本[网站报]|本网站?不(?:承担|负)|转载请注明"""
    )
)
# one of these stands in whatever `_CONTAINS` finds
_CONTAINS_HINT = re.compile("[版致代侵未禁凡网转]")
_DISCLAIMER = re.compile(
    r"[↓▼▽👇■◆【\s]{0,6}(?:.{0,20}(?:版权|免责|网站)[^，。]{0,8}声明|版权说明|特别声明|"
    + _either(
        """相关(?:新闻|阅读|链接|报道|推荐|稿件|文章)|延伸阅读|推荐阅读|往期(?:推荐|回顾|精选|精彩)|猜你喜欢|热门推荐"""
    )
    + r")[:：】\]↓▼▽👇\s]{0,6}$"
)
_STAMP_HEAD = r"[（(\[【〔]?(?:(?:发布|发表|更新|发稿|创建|发文|上传|公开|刊登|推送|录入)?(?:时间|日期|于)?[:： \u3000]{0,3})\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}"
_META = re.compile(_STAMP_HEAD)
_META_WORD = re.compile(r"来源|浏览|点击|字号|字体|作者|编辑|阅读|访问|评论")
_STAMP = re.compile(_STAMP_HEAD + r" ?日?(?:[ \u3000T]{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?[）)\]】〕]?$")
_CLOCK = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ \u3000T]{0,3}\d{1,2}[:：]\d{2}")
_TRAIL_MARK = re.compile(r">{1,2}|[＞»]")
_NO_STEP = re.compile("[<，。；,;]")
_PAGE_LABEL = re.compile(rf"[{HAN}]{{2,4}}[·•・][{HAN}]{{2,4}}$")
_LETTER = "A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü"
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}' .·-]{{2,60}}$")


def is_boilerplate(text: str) -> bool:
    """Whether a line is furniture of a page, as far as it tells by itself."""
    size = len(text)
    if size > 300:
        return False
    if size <= 40 and is_button_line(text):
        return True
    if size <= 120 and _BEGINS.match(text):
        return size <= 60 or not is_closed(text) or _CONTAINS.search(text) is not None
    # a long paragraph with such words in its midst is a law on copyright, not a disclaimer
    end = size if size <= 60 else 32
    if _CONTAINS_HINT.search(text, 0, end) and _CONTAINS.search(text, 0, end):
        return True
    if (
        size <= 80
        and not is_closed(text)
        and (
            (":" in text or "：" in text)
            and _CLOCK.search(text)
            or (">" in text or "＞" in text or "»" in text)
            and _is_trail(text)
        )
    ):
        return True
    if size <= 120 and text[0] in "0123456789发更时日（([【〔创上公刊推录":
        return _STAMP.match(text) is not None or _META.match(text) is not None and _META_WORD.search(text) is not None
    return False


def _is_trail(text: str) -> bool:
    """Whether a line tells where a page lies: 首页 > 新闻 > 本地."""
    steps = _TRAIL_MARK.split(text)
    return len(steps) >= 3 and all(0 < len(step.strip()) <= 30 and not _NO_STEP.search(step) for step in steps)


def opens_disclaimer(text: str) -> bool:
    """Whether from this line on a page holds only legal text and links."""
    return len(text) <= 40 and _DISCLAIMER.match(text) is not None


_CONTACT = re.compile(
    r"(?:单位|联系|办公|报社|网站|通[讯信])?(?:地址|邮编|邮政编码|(?:联系|咨询|监督|举报|投诉|办公|值班|传真|新闻|广告|读者|服务|报料|爆料|订阅|发行)?(?:电话|热线)|传真|(?:电子)?(?:邮箱|邮件)|E-?mail|主办|主办单位|承办|承办单位|协办|运维|维护|技术支持|建议使用|"
    r"网站标识码|备案号?|版权所有|京公网安备|ICP)(?:单位)?[ \u3000]?[:：]",
    re.IGNORECASE,
)
_HOST = re.compile("版权|ICP备|ICP证|公网安备|网站标识码")


def is_contact(text: str) -> bool:
    """Whether a line gives address or telephone of the house, as the foot of a page does."""
    return len(text) <= 120 and _CONTACT.match(text) is not None


def names_host(text: str) -> bool:
    """Whether a line of a page's foot says whose page it is."""
    return len(text) <= 160 and _HOST.search(text) is not None


def is_page_label(text: str) -> bool:
    """Whether a line is the running head of a newspaper page: `防疫·攻坚`."""
    return len(text) <= 12 and _PAGE_LABEL.match(text) is not None


def is_latin(text: str) -> bool:
    """Whether a line holds Latin letters only, as the pinyin below a running head does."""
    return len(text) <= 64 and _LATIN.match(text) is not None
