//! The best window of a plain text around its marks. The rules, and why, are in `search/answer/snippets.py`.
use std::collections::HashMap;

use crate::excerpts::is_space;

const ELLIPSIS: &str = "……";
const ELLIPSIS_LENGTH: usize = 2;
const SHORTEST: usize = 16;
const MARKS_WEIGHED: usize = 1_000;
const LONG_WORD: usize = 40;
/// More different marked texts than these are left to the form in Python.
const MOST_NAMES: usize = 64;
const PAIRS: [(char, char); 9] =
    [('《', '》'), ('“', '”'), ('（', '）'), ('(', ')'), ('「', '」'), ('『', '』'), ('【', '】'), ('〈', '〉'), ('‘', '’')];

type Span = (i64, i64);

pub struct Shown {
    pub text: String,
    pub marks: Vec<(usize, usize)>,
    pub cut_left: bool,
    pub cut_right: bool,
}

/// The window of at most `limit` characters. `fold` gives the folded text between two offsets.
pub fn snippet(text: &[char], marks: &[(usize, usize)], limit: usize, fold: impl Fn(usize, usize) -> Vec<u32>) -> Option<Shown> {
    let limit = limit.max(SHORTEST);
    if text.len() <= limit {
        return Some(Shown { text: one_line(text), marks: marks.to_vec(), cut_left: false, cut_right: false });
    }
    let (start, end) = Window::new(text, marks, limit - 2 * ELLIPSIS_LENGTH).choose(fold)?;
    let (mut start, mut end) = (start as usize, end as usize);
    while start < end && is_space(text[start]) {
        start += 1;
    }
    while end > start && is_space(text[end - 1]) {
        end -= 1;
    }
    let cut_left = start > 0 && !text[..start].iter().all(|&c| is_space(c));
    let cut_right = end < text.len() && !text[end..].iter().all(|&c| is_space(c));
    let lead = if cut_left { ELLIPSIS_LENGTH } else { 0 };
    let shown = marks.iter().filter(|mark| mark.0 < end && mark.1 > start).map(|mark| (mark.0.max(start) + lead - start, mark.1.min(end) + lead - start)).collect();
    let mut written = String::with_capacity(3 * (end - start) + 12);
    if cut_left {
        written.push_str(ELLIPSIS);
    }
    written.push_str(&one_line(&text[start..end]));
    if cut_right {
        written.push_str(ELLIPSIS);
    }
    Some(Shown { text: written, marks: shown, cut_left, cut_right })
}

fn one_line(text: &[char]) -> String {
    text.iter().map(|&c| if c == '\n' || c == '\t' { ' ' } else { c }).collect()
}

struct Window<'a> {
    text: &'a [char],
    marks: Vec<Span>,
    budget: i64,
    inside: Vec<bool>,
    borders: Vec<i64>,
}

impl<'a> Window<'a> {
    fn new(text: &'a [char], marks: &[(usize, usize)], budget: usize) -> Self {
        let budget = budget as i64;
        let mut inside = vec![false; text.len() + 1];
        let mut borders = vec![0, text.len() as i64];
        for (start, end) in pairs(text) {
            if (end - start) as i64 > budget {
                borders.extend([start as i64, start as i64 + 1, end as i64 - 1, end as i64]);
            } else {
                inside[start + 1..end].fill(true);
            }
        }
        for &(start, end) in marks {
            if start + 1 < end {
                inside[start + 1..end].fill(true);
            }
        }
        if borders.len() > 2 {
            borders.sort_unstable();
            borders.dedup();
        }
        Window { text, marks: marks.iter().map(|mark| (mark.0 as i64, mark.1 as i64)).collect(), budget, inside, borders }
    }

    fn length(&self) -> i64 {
        self.text.len() as i64
    }

    fn choose(&self, fold: impl Fn(usize, usize) -> Vec<u32>) -> Option<Span> {
        let budget = self.budget;
        let (left, right) = self.core(fold)?;
        let (low, high) = self.between(left, right);
        let mut stops = vec![low];
        stops.extend(self.sentence_ends(low.max(left - budget), high.min(right + budget + 1)).into_iter().filter(|&end| self.free(end)));
        stops.push(high);
        let mut start = stops[stops.partition_point(|&stop| stop <= left).saturating_sub(1)];
        let mut end = stops[stops.partition_point(|&stop| stop < right).min(stops.len() - 1)];
        if end - start <= budget {
            (start, end) = self.more_sentences(&stops, start, end);
            if end - start < budget / 2 {
                end = end.max(self.back(high.min(start + budget), end));
                start = start.min(self.forth(low.max(end - budget), start));
            }
        } else if right - start <= budget {
            end = self.back(high.min(start + budget), right);
        } else if end - left <= budget {
            start = self.forth(low.max(end - budget), left);
        } else {
            let spare = budget - (right - left);
            start = self.forth(low.max(left - spare.div_euclid(2)), left);
            end = self.back(high.min(start + budget), right);
        }
        Some((start, end))
    }

    /// The span that the best run of marks needs; None where there are too many different ones.
    fn core(&self, fold: impl Fn(usize, usize) -> Vec<u32>) -> Option<Span> {
        let (Some(first), Some(last)) = (self.marks.first(), self.marks.last()) else { return Some((0, 0)) };
        if self.borders.len() == 2 && last.1 - first.0 <= self.budget {
            let (left, right) = self.around(first.0, last.1);
            if right - left <= self.budget {
                return Some((left, right));
            }
        }
        let weighed = &self.marks[..self.marks.len().min(MARKS_WEIGHED)];
        let names = atoms(weighed.iter().map(|mark| fold(mark.0 as usize, mark.1 as usize)).collect())?;
        let spans: Vec<Span> = weighed.iter().map(|mark| self.permitted(mark.0, mark.1)).collect();
        let mut inside: HashMap<usize, usize> = HashMap::new();
        let (mut best, mut chosen, mut begin) = ((0, 0), spans[0], 0);
        for (at, &(_, right)) in spans.iter().enumerate() {
            for &name in &names[at] {
                *inside.entry(name).or_default() += 1;
            }
            while begin < at && (right - spans[begin].0 > self.budget || !self.together(spans[begin].0, right)) {
                for name in &names[begin] {
                    if let Some(count) = inside.get_mut(name) {
                        *count -= 1;
                        if *count == 0 {
                            inside.remove(name);
                        }
                    }
                }
                begin += 1;
            }
            let score = (inside.len(), at - begin + 1);
            if score > best {
                (best, chosen) = (score, (spans[begin].0, right));
            }
        }
        Some(chosen)
    }

    fn permitted(&self, start: i64, end: i64) -> Span {
        let (left, right) = self.around(start, end);
        if right - left <= self.budget && self.together(left, right) {
            return (left, right);
        }
        (start, end.min(start + self.budget))
    }

    fn together(&self, start: i64, end: i64) -> bool {
        self.borders.len() == 2 || self.borders.partition_point(|&border| border <= start) >= self.borders.partition_point(|&border| border < end)
    }

    fn between(&self, left: i64, right: i64) -> Span {
        if self.borders.len() == 2 {
            return (0, self.length());
        }
        let low = self.borders[self.borders.partition_point(|&border| border <= left).saturating_sub(1)];
        let wanted = right.max(left + 1);
        (low, self.borders[self.borders.partition_point(|&border| border < wanted).min(self.borders.len() - 1)])
    }

    fn more_sentences(&self, stops: &[i64], mut start: i64, mut end: i64) -> Span {
        let mut at = stops.partition_point(|&stop| stop <= end);
        while at < stops.len() && stops[at] - start <= self.budget {
            end = stops[at];
            at += 1;
        }
        let mut at = stops.partition_point(|&stop| stop < start);
        while at > 0 && end - stops[at - 1] <= self.budget {
            at -= 1;
            start = stops[at];
        }
        (start, end)
    }

    fn free(&self, at: i64) -> bool {
        !self.inside[at as usize] && !self.in_word(at)
    }

    fn in_word(&self, at: i64) -> bool {
        0 < at && at < self.length() && latin(self.text[at as usize - 1]) && latin(self.text[at as usize])
    }

    fn around(&self, start: i64, end: i64) -> Span {
        let left = if self.free(start) { start } else { self.nearest((-1i64.max(start - self.budget) + 1..=start).rev()) };
        let right = if self.free(end) { end } else { self.nearest(end..(self.length() + 1).min(end + self.budget)) };
        (left, right)
    }

    fn nearest(&self, offsets: impl Iterator<Item = i64> + Clone) -> i64 {
        let Some(first) = offsets.clone().find(|&offset| !self.inside[offset as usize]).or_else(|| offsets.clone().next()) else { return 0 };
        if !self.in_word(first) {
            return first;
        }
        offsets.take(LONG_WORD).find(|&offset| self.free(offset)).unwrap_or(first)
    }

    fn back(&self, at: i64, least: i64) -> i64 {
        let clauses = self.clause_ends(least.max(at - self.budget / 3), at);
        clauses.into_iter().rev().chain((least + 1..=at).rev()).find(|&end| self.free(end)).unwrap_or(least)
    }

    fn forth(&self, at: i64, most: i64) -> i64 {
        let reach = most.min(at + self.budget / 3);
        let clause = self.clause_ends(0.max(at - 1), reach).into_iter().find(|&end| end >= at && self.free(end));
        clause.or_else(|| (at..most).find(|&start| self.free(start))).unwrap_or(most)
    }

    fn sentence_ends(&self, from: i64, to: i64) -> Vec<i64> {
        let mut ends = Vec::new();
        let (mut at, to) = (from.max(0) as usize, to.clamp(0, self.length()) as usize);
        while at < to {
            if !matches!(self.text[at], '。' | '！' | '？' | '；' | '…' | '!' | '?' | ';' | '\n') {
                at += 1;
                continue;
            }
            while at < to && matches!(self.text[at], '。' | '！' | '？' | '；' | '…' | '!' | '?' | ';' | '\n') {
                at += 1;
            }
            while at < to && matches!(self.text[at], '”' | '’' | '」' | '』' | '）' | ')' | '》' | '】' | '〉' | '\n') {
                at += 1;
            }
            ends.push(at as i64);
        }
        ends
    }

    fn clause_ends(&self, from: i64, to: i64) -> Vec<i64> {
        let mut ends = Vec::new();
        let (mut at, to) = (from.max(0) as usize, to.clamp(0, self.length()) as usize);
        while at < to {
            if matches!(self.text[at], '，' | '、' | '：' | ',' | ':') {
                at += 1;
                ends.push(at as i64);
            } else if is_space(self.text[at]) {
                while at < to && is_space(self.text[at]) {
                    at += 1;
                }
                ends.push(at as i64);
            } else {
                at += 1;
            }
        }
        ends
    }
}

/// For each marked text the numbers of the shortest marked texts that it consists of.
fn atoms(names: Vec<Vec<u32>>) -> Option<Vec<Vec<usize>>> {
    let mut distinct = names.clone();
    distinct.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
    distinct.dedup();
    if distinct.len() > MOST_NAMES {
        return None;
    }
    let mut shortest: Vec<&[u32]> = Vec::new();
    for name in &distinct {
        if !shortest.iter().any(|other| holds(name, other)) {
            shortest.push(name);
        }
    }
    Some(names.iter().map(|name| (0..shortest.len()).filter(|&atom| holds(name, shortest[atom])).collect()).collect())
}

fn holds(text: &[u32], part: &[u32]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

fn latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

fn pairs(text: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut opened: Vec<(usize, usize)> = Vec::new();
    let mut waiting = [0usize; PAIRS.len()];
    for (at, &c) in text.iter().enumerate() {
        if !matches!(c, '(' | ')' | '\u{2018}'..='\u{201d}' | '\u{3008}'..='\u{3011}' | '（' | '）') {
            continue;
        }
        if let Some(kind) = PAIRS.iter().position(|pair| pair.0 == c) {
            opened.push((kind, at));
            waiting[kind] += 1;
        } else if let Some(kind) = PAIRS.iter().position(|pair| pair.1 == c) {
            while waiting[kind] > 0 {
                let Some((last, start)) = opened.pop() else { break };
                waiting[last] -= 1;
                if last == kind {
                    found.push((start, at + 1));
                    break;
                }
            }
        }
    }
    found
}
