"""Words of a query that say how something is asked, not what. They never weigh in ranking; the index holds them all."""
from __future__ import annotations

QUESTION = frozenset(
    "什么 甚么 啥 怎么 怎样 怎么样 如何 哪 哪些 哪个 哪里 哪儿 哪位 哪一个 哪一年 哪年 哪种 谁 几 几个 多少 多大 多久 多长 多高 多远 为什么 为何 是否 能否 可否 有没有 是不是 能不能 吗 呢 么 "
    "何 何时 何地 何处 何人 何种 请问 什么样 什么时候 哪两个 哪几个 哪三个 几年 几月 第几 可不可以 会不会 要不要 怎么办 干什么".split())
FUNCTION = frozenset(
    "的 地 得 了 着 过 在 于 和 与 及 以及 或 或者 而 且 并 并且 但 但是 是 为 为了 对 对于 关于 有关 由 被 把 将 从 向 到 以 按 按照 根据 因 因为 所以 如果 则 即 也 都 又 就 才 还 再 很 更 最 "
    "该 此 这 那 这个 那个 这些 那些 其 其中 它 他 她 它们 他们 她们 我 你 您 我们 你们 咱们 自己 之 者 所 等 等等 有 会 能 可以 可 要 应 应该 上 下 中 里 内 后 前 时 个 一个 一种 一些 ".split())
WEIGHTLESS = QUESTION | FUNCTION
