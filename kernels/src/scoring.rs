//! What paragraphs score, and the best of them.
use crate::numbers::{at, gallop, outside, Number, Numbers};
use crate::postings::Repeats;
use crate::with_slice;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A term: its paragraphs, the posting of the first, its weight, and of its field the lengths, the gains of one occurrence and the norms by length,
/// and the repeated postings.
type Term<'py> = (
    PyReadonlyArray1<'py, i64>, u64, f32, PyReadonlyArray1<'py, u16>, PyReadonlyArray1<'py, f32>, PyReadonlyArray1<'py, f32>, Bound<'py, PyAny>, Bound<'py, PyAny>,
);

fn add<P: Number, T: Number>(
    total: &mut [f32], docs: &[i64], own: &[i64], begin: u64, weight: f32, delta: f32, lengths: &[u16], once: &[f32], norms: &[f32], places: &[P], totals: &[T],
) -> PyResult<()> {
    let mut place = 0;
    let mut before = i64::MIN;
    let mut repeats = Repeats::new(places, totals, begin);
    for (sum, &doc) in total.iter_mut().zip(docs) {
        if doc < before {
            place = 0;
            repeats = Repeats::new(places, totals, begin);
        }
        before = doc;
        place = gallop(own, place, doc);
        if place == own.len() || own[place] != doc {
            continue;
        }
        let length = at(lengths, doc as usize)? as usize;
        let more = repeats.more(begin + place as u64)?;
        let gain = if more == 0 {
            at(once, length)?
        } else {
            let frequency = (more + 1) as f32;
            delta + frequency / (frequency + at(norms, length)?)
        };
        *sum += gain * weight;
    }
    Ok(())
}

fn sums<'py>(terms: &[Term<'py>], docs: &[i64], delta: f32) -> PyResult<Vec<f32>> {
    let mut total = vec![0f32; docs.len()];
    for (own, begin, weight, lengths, once, norms, places, totals) in terms {
        let (own, lengths, once, norms) = (own.as_slice()?, lengths.as_slice()?, once.as_slice()?, norms.as_slice()?);
        with_slice!(&Numbers::of(places)?, places => with_slice!(&Numbers::of(totals)?, totals =>
            add(&mut total, docs, own, *begin, *weight, delta, lengths, once, norms, places, totals)?));
    }
    Ok(total)
}

/// What terms together score in some paragraphs.
#[pyfunction]
pub fn scores<'py>(py: Python<'py>, terms: Vec<Term<'py>>, docs: PyReadonlyArray1<'py, i64>, delta: f32) -> PyResult<Bound<'py, PyArray1<f32>>> {
    Ok(sums(&terms, docs.as_slice()?, delta)?.into_pyarray(py))
}

/// The same, times `boost` (or `own` where the paragraph is a title), and `weight` times what they score in the title of each paragraph's article.
/// `titles` gives for each article the paragraph that is its title, −1 where it has none.
#[pyfunction]
pub fn titled_scores<'py>(
    py: Python<'py>, terms: Vec<Term<'py>>, docs: PyReadonlyArray1<'py, i64>, delta: f32, articles: &Bound<'py, PyAny>, titles: PyReadonlyArray1<'py, i64>,
    is_title: PyReadonlyArray1<'py, u8>, boost: f32, own: f32, weight: f32,
) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let (docs, titles) = (docs.as_slice()?, titles.as_slice()?);
    let (mut wanted, mut of_doc) = (Vec::new(), Vec::with_capacity(docs.len()));
    with_slice!(&Numbers::of(articles)?, articles => {
        let mut before = -1i64;
        for &doc in docs {
            let title = at(titles, at(articles, doc as usize)?.wide() as usize)?;
            if title >= 0 && (title != before || wanted.is_empty()) {
                wanted.push(title);
                before = title;
            }
            of_doc.push(if title < 0 { u32::MAX } else { wanted.len() as u32 - 1 });
        }
    });
    let is_title = is_title.as_slice()?;
    let mut total = sums(&terms, docs, delta)?;
    let of_titles = sums(&terms, &wanted, delta)?;
    for ((sum, &doc), &title) in total.iter_mut().zip(docs).zip(&of_doc) {
        *sum *= if at(is_title, doc as usize)? == 0 { boost } else { own };
        if title != u32::MAX {
            *sum += weight * of_titles[title as usize];
        }
    }
    Ok(total.into_pyarray(py))
}

#[derive(PartialEq)]
struct Ranked(f32, u32, i64);
impl Eq for Ranked {}
impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ranked {
    /// What comes later in the order is greater.
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(self.1.cmp(&other.1)).then(self.2.cmp(&other.2))
    }
}

/// The places of the `wanted` paragraphs of the highest scores, in order; equal ones by their rank.
#[pyfunction]
pub fn best<'py>(py: Python<'py>, scores: PyReadonlyArray1<'py, f32>, docs: PyReadonlyArray1<'py, i64>, ranks: PyReadonlyArray1<'py, u32>, wanted: usize) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let (scores, docs, ranks) = (scores.as_slice()?, docs.as_slice()?, ranks.as_slice()?);
    if scores.len() != docs.len() {
        return Err(outside());
    }
    let mut held: BinaryHeap<Ranked> = BinaryHeap::with_capacity(wanted.min(docs.len()) + 1);
    for (place, (&score, &doc)) in scores.iter().zip(docs).enumerate() {
        if held.len() == wanted {
            match held.peek() {
                Some(last) if score >= last.0 => (),
                _ => continue,
            }
        }
        // -0.0 and 0.0 are one score
        held.push(Ranked(score + 0.0, at(ranks, doc as usize)?, place as i64));
        if held.len() > wanted {
            held.pop();
        }
    }
    Ok(held.into_sorted_vec().into_iter().map(|ranked| ranked.2).collect::<Vec<_>>().into_pyarray(py))
}
