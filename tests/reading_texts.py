"""Texts that the reading tests share, each as (article, kind, text) lines, and ways to print them."""

from __future__ import annotations

import random
from collections import Counter
from hashlib import sha256
from pathlib import Path

from juanzong.index.corpus.files import SourceFile
from juanzong.index.corpus.pieces import Piece
from juanzong.index.reading.pipeline import structure
from juanzong.index.records import Document, Paragraph

PAGE = """
1|heading|我市今年将新建改建农村公路三百公里
1|heading|“四好农村路”铺到家门口
1|body|本报讯（记者 何志强 通讯员 林芳）记者昨日从市交通运输局获悉，今年我市计划投资四点二亿元，新建改建农村公路三百公里，实现具备条件的自然村全部通硬化路。
1|body|在安溪县感德镇，新修的水泥路沿着山势蜿蜒而上，把散落在茶山间的七个自然村连成一线。“以前收一季茶，光运茶青就要两个多小时，现在二十分钟就到厂里了。”茶农陈阿水说。
1|body|据了解，今年的建设任务已经全部分解到各县（市、区），市交通运输局将每月通报一次进度，对进度滞后的县（市、区）进行约谈。
1|caption|施工人员正在铺设路面。本报记者 何志强摄
2|heading|快递员王师傅的三个“没想到”
2|byline|■本报记者 苏晓芸
2|body|“没想到申请这么快，没想到房子这么新，更没想到离上班的地方这么近。”拿到钥匙的那一刻，快递员王师傅一口气说了三个“没想到”。
2|body|王师傅租住的是丰泽区首批保障性租赁住房，每月租金只要六百八十元，比周边同类房源低了三成左右。
2|body|今年以来，丰泽区已筹集保障性租赁住房一千二百套，重点面向快递员、外卖骑手、环卫工人等新市民群体。区住建局有关负责人表示，下一步还将配套建设食堂、图书室等公共设施。
3|heading|冬季用电谨防“小火亡人”
3|heading|市消防救援支队发布提醒
3|body|本报讯（记者 吴凯）随着气温下降，取暖电器使用频率升高，居民家庭火灾进入多发期。市消防救援支队提醒广大市民，使用电暖器、电热毯等设备时应做到人走断电，不要在电器上烘烤衣物。
3|body|电动自行车不要停放在楼道、门厅等疏散通道，更不要“飞线”充电。如遇火情，请立即拨打119报警电话。
0|boilerplate|民生·关注
"""

BULLETIN = """
1|heading|警情通报
1|body|2023年5月14日21时36分，我局接到群众报警称，洛阳市涧西区南昌路与西苑路交叉口附近发生一起伤害案件。接警后，我局立即组织警力赶赴现场处置，并第一时间将伤者送往医院救治。
1|body|经初步调查，犯罪嫌疑人赵某（男，34岁，偃师区人）与受害人孙某（男，29岁）因停车纠纷发生争执，赵某持随身携带的刀具将孙某刺伤后逃离现场。
1|body|5月15日凌晨3时许，涧西分局重庆路派出所民警在高新区一出租屋内将赵某抓获。目前，赵某已被依法刑事拘留，案件正在进一步侦办中。
1|body|感谢广大网民和社会各界对公安工作的关注和支持，请不要传播不实信息。
1|byline|洛阳市公安局涧西分局
1|byline|2023年5月15日
"""

NOTICE = """
1|heading|关于加强国庆假期道路交通安全管理的通告
1|body|国庆、中秋假期将至，为保障广大群众出行安全，根据《中华人民共和国道路交通安全法》及其实施条例的有关规定，现就有关事项通告如下：
1|heading|一、管控时间
1|body|2020年9月30日12时至10月8日24时。
1|heading|二、管控路段
1|body|（一）沿江大道（西坝路口至三峡大学路口），禁止货车通行。
1|body|（二）东山大道与夷陵大道交会处，实行单向通行，请过往车辆提前绕行。
1|body|（三）葛洲坝公园周边道路，视车流量情况采取临时管控措施。
1|heading|三、有关要求
1|body|请广大驾驶人自觉遵守交通法规，服从现场民警指挥。对违反本通告规定的，公安机关交通管理部门将依法予以处罚。
1|body|本通告自2020年9月30日起施行。
1|byline|宜昌市公安局交通警察支队
1|byline|2020年9月25日
"""

LAW = """
1|heading|青松市城市绿化管理条例
1|body|（2018年3月28日青松市第十四届人民代表大会常务委员会第十一次会议通过）
1|heading|第一章 总则
1|body|第一条 为了促进城市绿化事业的发展，保护和改善生态环境，根据国务院《城市绿化条例》等有关法律、法规的规定，结合本市实际，制定本条例。
1|body|第二条 本市城市规划区内城市绿化的规划、建设、保护和管理，适用本条例。
1|body|发展改革、自然资源、住房和城乡建设、城市管理等部门按照各自职责，做好城市绿化的相关工作。
1|heading|第二章 规划和建设
1|body|第三条 城市绿地包括：
1|body|（一）公园绿地；
1|body|（二）防护绿地；
1|body|（三）附属绿地以及其他绿地。
1|heading|第三章 附则
1|body|第四条 本条例自2018年8月1日起施行。1999年6月1日起施行的《青松市城市绿化管理办法》同时废止。
"""

POST = """
1|boilerplate|点击蓝字关注我们
1|heading|三天两夜，他们把走失的老人找回来了
1|byline|文/陈晓明 图/周倩
1|body|11月的雅安，夜里的气温已经降到了六七摄氏度。
1|body|11月8日晚上八点多，雨城区公安分局青江派出所的电话响了。电话那头，是一个带着哭腔的女声：“我爸爸早上出去散步，到现在都没有回来！”
1|heading|大海捞针
1|body|值班民警刘洋一边安抚家属，一边调取周边的视频监控。画面显示，老人最后一次出现，是在上午十点二十分的一个公交站台。
1|caption|民警在山路上搜寻。 雨城公安供图
1|heading|凌晨的电话
1|body|11月11日凌晨一点，蒙顶山脚下的一位茶农打来电话，说自家的柴房里躺着一个老人。
1|body|“警察同志，谢谢，谢谢！”家属握着民警的手，泣不成声。
1|boilerplate|来源：雅安公安
1|boilerplate|编辑：王小雨
1|boilerplate|长按识别二维码，关注雅安公安
"""

SPEECH = """
1|heading|奋力谱写高质量发展新篇章
1|heading|——写在新区成立十周年之际
1|body|十年，在历史长河中不过弹指一挥间。对于这片二百平方公里的土地来说，却是一次脱胎换骨的蝶变。
1|body|从一片盐碱滩涂，到高楼林立的现代化新城，新区人用实干写下了自己的答案。
1|heading|规划先行 一张蓝图绘到底
1|body|2012年8月，新区管委会挂牌成立。第一批来到这里的干部至今还记得，当时连一条像样的马路都没有。
1|body|“我们是骑着自行车跑完全区的。”时任规划局副局长的周海涛回忆道。
1|heading|产业兴区 百亿项目接踵来
1|body|截至去年年底，新区累计引进亿元以上项目三百二十六个，其中百亿元以上项目九个，形成了新能源、生物医药、高端装备三大主导产业。
1|heading|民生为本 幸福生活看得见
1|body|教育、医疗、养老，桩桩件件都是群众的操心事。十年间，新区新建学校三十四所，新增床位四千余张，建成社区养老服务中心二十八个。
1|body|站在新的起点上，新区人正以时不我待的紧迫感，向着更高的目标奋进。
"""

TEXTS = {"page": PAGE, "bulletin": BULLETIN, "notice": NOTICE, "law": LAW, "post": POST, "speech": SPEECH}
Row = tuple[str, str, str]


def rows(name: str) -> list[Row]:
    """(article, kind, text) of every paragraph of a text."""
    return [tuple(line.split("|", 2)) for line in TEXTS[name].strip().splitlines()]  # type: ignore[misc]


def plain(name: str, gap: str = "\n\n") -> str:
    return gap.join(text for _, _, text in rows(name))


def piece_of(data: str | bytes, name: str = "a.txt", lines: bool = False) -> Piece:
    raw = data.encode() if isinstance(data, str) else data
    return Piece(SourceFile(Path("nowhere") / name, name), raw, 1, lines, sha256(raw).hexdigest())


def structured(data: str | bytes, name: str = "a.txt") -> Document:
    """The one document of a text, before facts."""
    return next(structure(piece_of(data, name)))


def paragraphs(data: str | bytes, name: str = "a.txt") -> list[Paragraph]:
    return [paragraph for _, paragraph in structured(data, name).paragraphs()]


def squeezed(text: str) -> str:
    return "".join(text.split())


def wrapped(text: str, width: float) -> list[str]:
    """A paragraph in lines of a fixed printed width, ASCII counting half."""
    lines, line, used = [], "", 0.0
    for character in text:
        size = 0.5 if ord(character) < 128 else 1.0
        if line and used + size > width:
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += size
    return [*lines, line]


def cut(text: str, low: int, high: int, chance: random.Random) -> list[str]:
    """A paragraph cut in two after `low` to `high` characters."""
    place = chance.randint(low, min(high, len(text) - low))
    return [text[:place], text[place:]]


def exactness(printed: str, name: str) -> tuple[float, float]:
    """Precision and recall of exact paragraphs."""
    wanted = Counter(squeezed(text) for _, _, text in rows(name))
    found = Counter(squeezed(p.text) for p in paragraphs(printed) if "declared_title" not in p.flags)
    right = sum((wanted & found).values())
    return right / sum(found.values()), right / sum(wanted.values())
