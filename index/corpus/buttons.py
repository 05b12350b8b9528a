"""Words that a page shows on its buttons and above its columns: no part of what it tells."""

from __future__ import annotations

import re

_BUTTONS = frozenset(
    """微信 微博 新浪微博 腾讯微博 QQ QQ空间 qq空间 QQ好友 朋友圈 微信好友 更多 评论 收藏 分享 点赞 赞 在看 推荐 写留言 留言 举报 我要举报 打印 打印本页 关闭 关闭窗口 字号 字体 大 中 小 大字 小字 小字号 大字号 T T+ T- A A+ A- + - × 返回
    复制链接 复制 转发 听新闻 朗读 播放 暂停 登录 注册 搜索 订阅 关注 已关注 点击关注 返回顶部 回到顶部 回顶部 上一篇 下一篇 上一页 下一页 参与互动 跟贴 跟帖 条评论 人赞 扫一扫 二维码 手机看 下载APP 客户端 分享到 原创 视频 图集 展开 收起 全文 我知道了 取消 确定 发送 朋友 豆瓣 人人网 Facebook Twitter
    facebook twitter 邮件 刷新 收听 纠错 报错 赞赏 打赏 分享到微信 分享到微博 澎湃Logo""".split()
)
COLUMNS = frozenset(
    """首页 新闻 国内 国际 社会 体育 财经 娱乐 科技 军事 汽车 房产 教育 健康 图片 直播 要闻 深度 专题 论坛 博客 时尚 旅游 文化 历史 读书 游戏 彩票 股票 基金 理财 数码 手机 家居 女性 母婴 美食 公益 地方 港澳 台湾 港澳台 政务 政务公开
    党建 法治 法制 生活 民生 城市 区县 时政 评论 观点 理论 人事 反腐 网评 专栏 滚动 热点 头条 精选 推荐 原创 资讯 频道 导航 网站地图 联系我们 关于我们 登录 注册 客户端 数字报 电子报 舆情 天气 交通 农业 环保 能源 收藏 English 邮箱 微博 微信 更多
    政民互动 办事服务 走进 机构 领导之窗 新闻中心 通知公告""".split()
)
_WORDS = re.compile(r"[\s\u3000|｜丨/／·•>＞]+|(?<=\D)(?=\d)|(?<=\d)(?=\D)")
_COUNTED = re.compile(
    r"(?:阅读|浏览|播放|赞|点赞|在看|评论|转发|分享|收藏|喜欢|推荐|留言)(?:量|数)?[ \u3000:：]{0,3}\d[\d,.]*[万wWkK+]*$"
)
_LIST_HEAD = re.compile(
    r"(?:相关|热[门点]|最新|今日|推荐|往期|更多|延伸|猜你|精彩|编辑|为您)(?:新闻|文章|资讯|阅读|链接|报道|推荐|稿件|内容|话题|回顾|喜欢|专题|要闻)[榜>》:： ]{0,3}$|(?:新闻|点击|阅读|热度|24小时|本周|一周)排行榜?$"
)
_SURE = frozenset(
    (
        "写留言",
        "在看",
        "我要举报",
        "点击关注",
        "返回顶部",
        "回到顶部",
        "分享到",
        "复制链接",
        "赞赏",
        "打赏",
        "QQ空间",
        "朋友圈",
        "参与互动",
    )
)


def heads_list(text: str) -> bool:
    """Whether a line heads a list of other stories."""
    return _LIST_HEAD.match(text) is not None


def is_buttons(text: str) -> bool:
    """Whether a line of a page holds nothing but the words of its buttons, and numbers between them."""
    words = [word for word in _WORDS.split(text) if word]
    return (
        bool(words)
        and all(word in _BUTTONS or word.isdecimal() for word in words)
        and any(word in _BUTTONS for word in words)
    )


def is_button_line(text: str) -> bool:
    """Whether a line of plain text can be nothing but buttons: several of their words, one with its count, or one that is no word besides."""
    if len(text) > 40:
        return False
    words = [word for word in _WORDS.split(text) if word and not word.isdecimal()]
    return _COUNTED.match(text) is not None or is_buttons(text) and (len(words) > 1 or text in _SURE)
