"""What one line says about itself: a lead, a byline, a signature, a caption, a row of a table, boilerplate, or just text.

Every expression is anchored or bounded, so that each is linear on any input.
"""
from __future__ import annotations

import re

_HAN = "\u4e00-\u9fff"
_CLOSERS = "”’\"'』」)）]】》〉＞>*"
TERMINALS = "。！？!?…；;"
_CLOSED = re.compile(rf"[{re.escape(TERMINALS)}][{re.escape(_CLOSERS)}]{{0,4}}$|[.][{re.escape(_CLOSERS)}]{{0,3}}$")
_SPACES = " \t\u3000\xa0"

_MEDIUM = (rf"(?:本报|本网|本刊|本台|新华社|中新社|中新网|中新|央视|"
           rf"[A-Za-z{_HAN}]{{0,10}}(?:日报|晚报|时报|早报|晨报|商报|都市报|青年报|法治报|公安报|[报网社台刊]|新闻|在线|客户端|之声|频道|之家))")
LEAD = re.compile(
    rf"[【\[（(]?(?P<medium>{_MEDIUM})[ \u3000]?(?P<where>[{_HAN}、/·]{{0,12}}?)[ \u3000]?"
    rf"(?P<when>(?:\d{{4}} ?年 ?)?(?:\d{{1,2}} ?月 ?)?(?:\d{{1,2}} ?日 ?)?)(?:[（(][^（()）]{{1,30}}[)）])?(?P<kind>综合消息|综合电|快讯|专电|讯|电|消息)"
    rf"(?=[ \u3000\t（(：:，,】\])）]|$)")
_LEAD_END = re.compile(r"讯|电|消息")
LEAD_BYLINE = re.compile(r"[】\])） \u3000]{0,2}[（(【\[](?P<names>[^（()）\]】]{2,60})[)）\]】]")
OPEN_BYLINE = re.compile(rf"[】\])）： :\u3000]{{0,3}}(?P<names>(?:全媒体|首席|实习|见习|特约)?(?:记者|通讯员)[ \u3000：:]?[{_HAN}]{{2,4}}(?:[ \u3000、](?:通讯员|记者|实习生)?[ \u3000]?[{_HAN}]{{2,4}}){{0,6}})(?=[ \u3000])")
TOPIC = re.compile(r"[ \u3000]{0,3}题[:：]")

_ROLE = re.compile(
    rf"(?:本报|本网|本刊|本台|新华社|中新[社网]|[{_HAN}]{{2,6}}[报网社台])?(?:全媒体|融媒体?|特约|首席|实习|见习|特派|驻[{_HAN}]{{1,4}})?"
    r"(?:记者|通讯员|评论员|摄影记者|摄影|撰稿人?|实习生)|作者|撰文|文图|图文|文字|供稿|文(?=[/／|丨·:：])|图(?=[/／|丨·:：])|摄(?=[/／|丨·:：])|整理(?=[/／|丨:：])|策划(?=[/／|丨:：])")
_NAME_BREAK = re.compile(r"[ \t\u3000\xa0、/／|丨:：,，()（）·■□◆●▲◎★☆○◇▪•]+")
_NOT_NAMES = re.compile(r"手记|调查|观察|走访|体验|探访|来信|简介|感言|证$|站$|说$|获悉|了解|采访|发现|看到|从$|在$|日$|协会|名单|的|是|了")
_MARK = re.compile(r"[■□◆●▲◎★☆○◇▪]")

_DIGIT = "0-9０-９〇○零一二三四五六七八九十OＯo"
DATE_LINE = re.compile(rf"[(（]?[{_DIGIT}]{{4}} ?年 ?[{_DIGIT}]{{1,3}} ?月 ?[{_DIGIT}]{{1,3}} ?日[)）]?$")
_BODY_SUFFIX = (r"(?:[局厅部院署台站处科队室组委会社团庭]|委员会|办公室|政府|中心|指挥部|检察院|法院|集团|公司|大学|学院|学校|协会|学会|领导小组|工作组|"
                r"派出所|支队|大队|总队|银行|党委|纪委|监委|党组|工会|团委|妇联|街道|社区|物业)")
_AGENCY = re.compile(rf"[{_HAN}（）()·—-]{{2,30}}{_BODY_SUFFIX}$")
_SIGNED_TOGETHER = re.compile(rf"[{_HAN}（）()· \u3000]{{2,40}}{_BODY_SUFFIX}[ \t\u3000]{{1,8}}[{_DIGIT}]{{4}} ?年 ?[{_DIGIT}]{{1,3}} ?月 ?[{_DIGIT}]{{1,3}} ?日$")
DOCUMENT_NUMBER = re.compile(rf"[{_HAN}A-Za-z]{{1,14}} ?[〔\[［(（【] ?\d{{4}} ?[〕\]］)）】] ?第? ?\d{{1,5}} ?号$")

_CAPTION_END = re.compile(
    rf"(?:[{_HAN}]{{2,4}}[ \u3000]?摄(?:影报道|影)?|供图|(?:图片?|照片|视频|资料)(?:均|系|由)?[^，。]{{0,16}}提供|[（(](?:资料)?图(?:片|源)?[^（()）]{{0,20}}[)）]|资料图片?|视频截图|网络截图|图/[^，。]{{2,16}})"
    r"[)）]?$")
_CAPTION_START = re.compile(r"(?:图为|图中|图[一二三四五六七八九十\d①-⑩]{1,2}[:：、. \u3000]|图[:：]|[▲△↑↓]|资料图|[上下左右]图(?:为|[:：])|配图[:：]|[（(]图[一二三四五六七八九十\d][)）])")

_BOILERPLATE = re.compile(
    r"[【\[（(■▍●◆|\s-]{0,3}(?:责任编辑|责编|责校|(?:本文|值班|执行|网络|实习|新媒体|本期)?编辑[:：丨|/]|主编[:：丨|]|(?:审核|校对|校审|审校|监制|监审|编审|排版|美编|终审|初审|复审|签发|审签|统筹|制作)[:：丨|/]|"
    r"来源[:：丨|]|(?:稿件|稿|信息|文章|新闻|内容|图文|图片|本文)来源|转自[:：]?|转载自|本文转[载自]|版权(?:归|所有|声明|说明|信息)|免责声明|特别声明|郑重声明[:：]|声明[:：]|"
    r"相关(?:新闻|阅读|链接|报道|推荐|稿件|文章)|延伸阅读|推荐阅读|更多(?:新闻|精彩|资讯|内容|推荐)|往期(?:推荐|回顾|精选|精彩)|(?:热门|精彩|为您|今日)推荐|热点推荐|猜你喜欢|大家都在看|"
    r"点击(?:上方|下方|左下|右上|蓝字|关注|查看|阅读原文|进入|此处)|长按|扫码|扫一扫|扫描(?:下方|上方|二维码)|识别(?:图中)?二维码|关注(?:我们|公众号|微信|本号)|微信(?:扫|公众号|号[:：])|欢迎(?:关注|转发|投稿|扫码)|"
    r"原标题[:：]|分享(?:到|至|本文)|打印(?:本页|本文|文章|】|\]|$)|关闭(?:窗口|本页|】|\]|$)|字体[:：大]|字号[:：大]|浏览(?:次数|量)|阅读(?:量|次数|数|原文|全文)|点击(?:数|次数|量)|访问(?:量|次数)|"
    r"[上下]一[篇条页][:：]?|返回(?:顶部|首页|列表|上页)|首页[ \u3000]?[>＞»/]|(?:您|你)?(?:现在|当前|所在)(?:的|所在)?位置|—{0,6}[ \u3000]?(?:END|The End|THE END)|本文完|Copyright|©|"
    rf"[{_HAN}]{{0,3}}ICP[备证]|[{_HAN}]公网安备|技术支持[:：]|网站(?:地图|标识码)|联系我们$|点(?:个|亮)?(?:赞|在看)|在看$|收藏$|转发$|举报$|投稿(?:邮箱|热线|方式)|商务合作|(?:新闻|报料|爆料|热线)热线[:：]|广告声明|"
    r"(?:网络编辑|网编|供稿单位|供稿|发布人|录入|作者单位|发稿)[:：]|下转第?|上接第?|上接[A-Z\d]|(?:第[一二三四五六七八九十\d]{1,3}|[A-Z]?\d{1,2})版[:：]?$|"
    r"\d{4}年\d{1,2}月\d{1,2}日[ \u3000]*(?:星期|周)[一二三四五六日天])")
_BOILERPLATE_ANYWHERE = re.compile(r"版权归|版权(?:均属|所有)|向原创(?:者|作者)?致敬|不代表本(?:网|站|平台|号|公众号)|如有侵权|侵权(?:请|必|联系)|侵删|未经[^，。]{0,12}(?:授权|许可)|禁止转载|凡本[网站报]|本网站?不(?:承担|负)|转载请注明")
_DISCLAIMER = re.compile(r"(?:.{0,20}(?:版权|免责|网站)[^，。]{0,8}声明|版权说明|特别声明|相关(?:新闻|阅读|链接|报道|推荐|稿件|文章)|延伸阅读|推荐阅读|往期(?:推荐|回顾|精选|精彩)|猜你喜欢|热门推荐)[:：】\]]?$")
_META = re.compile(r"(?:(?:发布|发表|更新|发文|时间)?(?:时间|日期|于)?[:： \u3000]{0,2}|[（(])\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_META_WORD = re.compile(r"来源|浏览|点击|字号|字体|作者|编辑|阅读|访问|评论")
_STAMP = re.compile(r"(?:(?:发布|发表|更新|发稿|创建)?(?:时间|日期|于)?[:： \u3000]{0,3})\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ \u3000T]{1,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?$")
_PAGE_LABEL = re.compile(rf"[{_HAN}]{{2,4}}[·•・][{_HAN}]{{2,4}}$")
_LATIN = re.compile(r"[A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü][A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü' .·-]{2,60}$")

HEADER_LABELS = ("索引号", "信息索引", "主题分类", "发文机关", "发文机构", "发布机构", "发布单位", "制发机关", "公开机构", "成文日期", "发文日期", "发布日期", "发布时间", "生成日期", "公开日期", "公开时间",
                 "生效日期", "施行日期", "废止日期", "印发日期", "发文字号", "发文文号", "文号", "公文种类", "体裁分类", "组配分类", "信息名称", "信息分类", "服务对象", "公开方式", "公开范围", "公开形式", "主题词",
                 "有效性", "时效性", "效力状态", "名称", "标题", "统一编号", "签发人", "信息来源", "文件编号", "所属主题", "内容概述", "关键词")
_LABEL = "|".join("[ \u3000]{0,4}".join(label) for label in HEADER_LABELS)
HEADER_CELL = re.compile(rf"[【\[]?(?P<label>{_LABEL})[】\]]?[ \u3000]{{0,3}}(?:[:：]|\t|(?<=[】\]])|$)")
_HEADER_NEXT = re.compile(rf"(?:[ \u3000\t]{{1,20}})(?=[【\[]?(?:{_LABEL})[】\]]?[ \u3000]{{0,3}}[:：])")
_NAME_PHONE = re.compile(rf"[{_HAN}（）()A-Za-z]{{2,30}}[ \u3000\t:：]{{1,10}}[\d０-９(（][\d０-９()（）、，, /—-]{{5,60}}$")

ITEM = re.compile(
    rf"(?:[一二三四五六七八九十百]{{1,4}}[、.．]|[（(][一二三四五六七八九十百\d]{{1,4}}[)）]|第[一二三四五六七八九十百千零〇\d]{{1,6}}[条章节编款项部篇讲][ \u3000：:、]?|[一二三四五六七八九十]{{1,2}}是|其[一二三四五六][，,是：:]|"
    rf"\d{{1,3}}[、.．)）](?!\d)|[①-⑳㈠-㈩⑴-⑽]|[■□◆●▲◎★☆○◇▪▶►•·※◎➤✦✅][ \u3000]?|[A-Z][.、．:：] ?(?=[{_HAN}])|[【\[][^】\]]{{1,20}}[】\]]|附件?[ \u3000]?\d{{0,2}}[:：]|问[:：]|答[:：]|Q\d?[:：]|A\d?[:：]|[—–-]{{2}}(?=[{_HAN}“]))")
CHAPTER = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,5}[章节编篇部分](?:[ \u3000：:、]|$)|(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])")
GENRE = re.compile(r"(?:通报|通告|公告|通知|提醒|提示|倡议书|公示|启事|声明|公开信|函|令|决定|批复|通缉令|悬赏|预警|指南|问答|答记者问|告知书|一封信|意见|须知)[）)》]?$")


def is_closed(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return text[-1] in "。！？；" or _CLOSED.search(text, max(0, len(text) - 8)) is not None


def is_colon(text: str) -> bool:
    """Whether a line ends by announcing what follows."""
    return text[-1] in ":："


def lead_of(text: str) -> re.Match[str] | None:
    """The dateline that opens a news story (本报讯, 新华社北京3月2日电)."""
    if not _LEAD_END.search(text, 0, 48):
        return None
    return LEAD.match(text)


def is_byline(text: str) -> bool:
    """Whether a line gives names of reporters and nothing else."""
    if len(text) > 60 or is_closed(text):
        return False
    body = text.strip("（()）[]【】")
    rest, roles = _ROLE.subn(" ", body)
    marked = _MARK.match(text) is not None
    if not roles or not marked and not _ROLE.match(body) and not _ROLE.search(body, 2):
        return False
    names = [name for name in _NAME_BREAK.split(rest) if name]
    return 0 < len(names) <= 12 and all(len(name) <= 4 and not _NOT_NAMES.search(name) for name in names)


def is_signature(text: str) -> bool:
    """Whether a line is a full date, a body with its date, or the number of an official document."""
    return len(text) <= 70 and (DATE_LINE.match(text) or _SIGNED_TOGETHER.match(text) or DOCUMENT_NUMBER.match(text)) is not None


def is_agency_line(text: str) -> bool:
    """Whether a line is nothing but the names of bodies, as below a notice."""
    return len(text) <= 60 and all(_AGENCY.match(name) for name in text.replace("、", " ").split())


def is_caption(text: str) -> bool:
    """Whether a line says that it describes a picture."""
    return len(text) <= 160 and (_CAPTION_START.match(text) or _CAPTION_END.search(text, max(0, len(text) - 40))) is not None


def header_row(text: str) -> str | None:
    """A row of an official bulletin's header table as tab-separated cells, each label followed by its value; None for other lines."""
    if len(text) > 300 or not HEADER_CELL.match(text):
        return None
    parts = []
    for part in _HEADER_NEXT.split(text):
        cell = HEADER_CELL.match(part)
        parts.append(part.strip(_SPACES) if not cell else "\t".join(filter(None, ("".join(cell["label"].split()), part[cell.end():].strip(_SPACES)))))
    return "\t".join(parts)


def is_row(text: str) -> bool:
    """Whether a line is a row of a table: cells between tabs, or a name with its telephone number."""
    if "\t" in text and len(text) <= 2000:
        cells = [cell for cell in text.split("\t") if cell.strip(_SPACES)]
        return len(cells) >= 2 and max(map(len, cells)) <= 300
    return len(text) <= 90 and not is_closed(text) and _NAME_PHONE.match(text) is not None


def is_boilerplate(text: str) -> bool:
    """Whether a line belongs to the page and not to the story: credits, sources, disclaimers, navigation."""
    size = len(text)
    if size <= 120 and _BOILERPLATE.match(text):
        return size <= 60 or not is_closed(text) or _BOILERPLATE_ANYWHERE.search(text) is not None
    if size <= 300 and _BOILERPLATE_ANYWHERE.search(text):
        return True
    if size <= 120 and text[0] in "0123456789发更时（(创":
        return _STAMP.match(text) is not None or _META.match(text) is not None and _META_WORD.search(text) is not None
    return False


def opens_disclaimer(text: str) -> bool:
    """Whether from this line on a page holds only legal text and links."""
    return len(text) <= 40 and _DISCLAIMER.match(text) is not None


def is_page_label(text: str) -> bool:
    """Whether a line is the running head of a newspaper page: `防疫·攻坚`."""
    return len(text) <= 12 and _PAGE_LABEL.match(text) is not None


def is_latin(text: str) -> bool:
    """Whether a line holds Latin letters only, as the pinyin below a running head does."""
    return len(text) <= 64 and _LATIN.match(text) is not None
