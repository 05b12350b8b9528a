//! Marks and snippets of plain texts. What is not plain (combining characters, joiners, letters of other scripts) is left to the form in Python.
use pyo3::prelude::*;
use std::collections::HashMap;

use crate::window::snippet;

const GONE: u32 = 0x11_0000;
const SEVERAL: u32 = 0x11_0001;
const SPACE: u32 = 0x20;
const UNFIT: u32 = 0x11_0002;

/// Whether nothing combines with a character, it is white space only where it is one of four characters, and a letter or digit that makes words with
/// its like only in ASCII and its full-width forms.
pub fn is_plain(c: char) -> bool {
    matches!(c as u32, 0x20..=0x7e | 0xa0 | 0x09 | 0x0a | 0xb0 | 0xb7 | 0xd7 | 0x2010..=0x2027 | 0x2030..=0x205e | 0x2100..=0x218b | 0x2190..=0x2bff
        | 0x3000..=0x3029 | 0x3030..=0x3096 | 0x309b..=0x30ff | 0x3105..=0x9fff | 0xff01..=0xff9d)
}

pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\n' | '\t' | '\u{3000}')
}

/// The folds of characters, as far as they were learned. A character that is not plain, or folds to one, is unfit.
#[pyclass]
#[derive(Default)]
pub struct Folds {
    table: Vec<u32>,
    several: HashMap<u32, Vec<u32>>,
}

struct Folded {
    codes: Vec<u32>,
    origins: Vec<u32>,
}

type Mark = (usize, usize);
type Excerpt = (Vec<Mark>, String, Vec<Mark>, bool, bool);

#[pymethods]
impl Folds {
    #[new]
    fn new() -> Self {
        Folds { table: vec![0; 0x1_0000], several: HashMap::new() }
    }

    /// The fold of a character of the basic plane, white space as one space.
    fn learn(&mut self, code: u32, fold: &str) {
        let codes: Vec<u32> = fold.chars().map(u32::from).collect();
        if let Some(known) = self.table.get_mut(code as usize) {
            let fit = char::from_u32(code).is_some_and(is_plain) && fold.chars().all(is_plain);
            *known = match codes[..] {
                _ if !fit => UNFIT,
                [] => GONE,
                [one] => one,
                _ => SEVERAL,
            };
            if codes.len() > 1 {
                self.several.insert(code, codes);
            }
        }
    }

    /// Of each text the marks of the needles (their folded text, and whether a word of Latin letters or digits must end on either side), and the best
    /// window with its marks; None of a text that is not plain, or has a character that was not learned.
    fn excerpts(&self, texts: Vec<Bound<'_, PyAny>>, needles: Vec<(String, bool, bool)>, limit: usize) -> Vec<Option<Excerpt>> {
        let needles: Vec<(Vec<u32>, bool, bool)> = needles.iter().map(|(text, left, right)| (text.chars().map(u32::from).collect(), *left, *right)).collect();
        texts.iter().map(|text| {
            let text = text.extract::<&str>().ok()?;
            self.excerpt(text, &needles, limit)
        }).collect()
    }
}

impl Folds {
    fn excerpt(&self, text: &str, needles: &[(Vec<u32>, bool, bool)], limit: usize) -> Option<Excerpt> {
        let text: Vec<char> = text.chars().collect();
        let folded = self.folded(&text)?;
        let mut spans = Vec::new();
        for (needle, left, right) in needles {
            find(&text, &folded, needle, *left, *right, &mut spans);
        }
        let marks = merged(spans);
        let shown = snippet(&text, &marks, limit, |a, b| self.fold(&text[a..b]))?;
        Some((marks, shown.text, shown.marks, shown.cut_left, shown.cut_right))
    }

    fn folded(&self, text: &[char]) -> Option<Folded> {
        let mut folded = Folded { codes: Vec::with_capacity(text.len()), origins: Vec::with_capacity(text.len()) };
        for (origin, &c) in text.iter().enumerate() {
            match *self.table.get(c as usize)? {
                0 | UNFIT => return None,
                SPACE | GONE => (),
                SEVERAL => {
                    for &code in self.several.get(&(c as u32))? {
                        folded.codes.push(code);
                        folded.origins.push(origin as u32);
                    }
                }
                code => {
                    folded.codes.push(code);
                    folded.origins.push(origin as u32);
                }
            }
        }
        Some(folded)
    }

    fn fold(&self, text: &[char]) -> Vec<u32> {
        self.folded(text).map_or_else(Vec::new, |folded| folded.codes)
    }
}

fn find(text: &[char], folded: &Folded, needle: &[u32], left: bool, right: bool, spans: &mut Vec<Mark>) {
    let (Some(&first), codes) = (needle.first(), &folded.codes[..]) else { return };
    let mut at = 0;
    while at + needle.len() <= codes.len() {
        if codes[at] == first && codes[at..at + needle.len()] == *needle {
            let end = at + needle.len();
            if !(left && at > 0 && joined(text, folded, at)) && !(right && end < codes.len() && joined(text, folded, end)) {
                spans.push((folded.origins[at] as usize, folded.origins[end - 1] as usize + 1));
            }
        }
        at += 1;
    }
}

/// Whether the folded characters before and after a place make one word.
fn joined(text: &[char], folded: &Folded, at: usize) -> bool {
    let continues = |code: u32| code < 0x80 && char::from_u32(code).is_some_and(|c| c.is_ascii_alphanumeric());
    if !(continues(folded.codes[at]) && continues(folded.codes[at - 1])) {
        return false;
    }
    let (before, after) = (folded.origins[at - 1] as usize + 1, folded.origins[at] as usize);
    before > after || !text[before..after].iter().any(|&c| is_space(c))
}

fn merged(mut spans: Vec<Mark>) -> Vec<Mark> {
    spans.sort_unstable();
    let mut marks: Vec<Mark> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match marks.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => marks.push((start, end)),
        }
    }
    marks
}
