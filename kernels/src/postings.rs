//! Lists of paragraphs: decoded, intersected, united, and met at fixed distances.
use crate::numbers::{at, gallop, outside, part, Number, Numbers};
use crate::with_slice;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

/// The paragraphs of a frequent term: `low` are the lower halves, `blocks` say where the blocks 1 … n begin among them.
#[pyfunction]
pub fn decoded<'py>(py: Python<'py>, low: PyReadonlyArray1<'py, u16>, blocks: PyReadonlyArray1<'py, u32>) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let (low, blocks) = (low.as_slice()?, blocks.as_slice()?);
    let mut docs = Vec::with_capacity(low.len());
    let mut begin = 0;
    for block in 0..=blocks.len() {
        let end = blocks.get(block).map_or(low.len(), |&end| end as usize);
        let base = (block as i64) << 16;
        docs.extend(part(low, begin, end)?.iter().map(|&half| base + half as i64));
        begin = end;
    }
    Ok(docs.into_pyarray(py))
}

fn meet(few: &[i64], many: &[i64], mut found: impl FnMut(usize, usize)) {
    let mut place = 0;
    for (own, &doc) in few.iter().enumerate() {
        place = gallop(many, place, doc);
        if place == many.len() {
            break;
        }
        if many[place] == doc {
            found(own, place);
        }
    }
}

/// What is in both of two ascending lists.
#[pyfunction]
pub fn both<'py>(py: Python<'py>, few: PyReadonlyArray1<'py, i64>, many: PyReadonlyArray1<'py, i64>) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let (mut few, mut many) = (few.as_slice()?, many.as_slice()?);
    if few.len() > many.len() {
        std::mem::swap(&mut few, &mut many);
    }
    let mut docs = Vec::with_capacity(few.len());
    meet(few, many, |own, _| docs.push(few[own]));
    Ok(docs.into_pyarray(py))
}

/// What is in any of some lists of numbers below `size`, which need not ascend.
#[pyfunction]
pub fn union<'py>(py: Python<'py>, lists: Vec<PyReadonlyArray1<'py, i64>>, size: usize) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let mut bits = vec![0u64; size.div_ceil(64)];
    let mut most = 0;
    for list in &lists {
        let list = list.as_slice()?;
        most += list.len();
        for &doc in list {
            *bits.get_mut(doc as usize >> 6).ok_or_else(outside)? |= 1 << (doc & 63);
        }
    }
    let mut docs = Vec::with_capacity(most.min(size));
    for (word, &held) in bits.iter().enumerate() {
        let mut held = held;
        while held != 0 {
            docs.push(((word as i64) << 6) + held.trailing_zeros() as i64);
            held &= held - 1;
        }
    }
    Ok(docs.into_pyarray(py))
}

/// A reader of the places of repeated postings, which are asked for in ascending order.
pub struct Repeats<'a, P, T> {
    places: &'a [P],
    totals: &'a [T],
    next: usize,
}

impl<'a, P: Number, T: Number> Repeats<'a, P, T> {
    /// `begin` is the first posting that will be asked for.
    pub fn new(places: &'a [P], totals: &'a [T], begin: u64) -> Self {
        Repeats { places, totals, next: places.partition_point(|place| place.wide() < begin) }
    }

    #[inline]
    fn seek(&mut self, posting: u64) {
        let places = self.places;
        if self.next < places.len() && places[self.next].wide() < posting {
            let (mut low, mut step) = (self.next, 1);
            while low + step < places.len() && places[low + step].wide() < posting {
                low += step;
                step <<= 1;
            }
            let high = (low + step).min(places.len());
            self.next = low + 1 + places[low + 1..high].partition_point(|place| place.wide() < posting);
        }
    }

    /// How many occurrences a posting has beyond the first.
    #[inline]
    pub fn more(&mut self, posting: u64) -> PyResult<u64> {
        self.seek(posting);
        match self.places.get(self.next) {
            Some(place) if place.wide() == posting => Ok(at(self.totals, self.next + 1)?.wide().wrapping_sub(at(self.totals, self.next)?.wide())),
            _ => Ok(0),
        }
    }

    /// Where the positions of a posting begin and end.
    #[inline]
    pub fn span(&mut self, posting: u64) -> PyResult<(usize, usize)> {
        let more = self.more(posting)?;
        let first = posting + at(self.totals, self.next)?.wide();
        Ok((first as usize, (first + 1 + more) as usize))
    }
}

/// Where terms stand at their offsets from each other. `lists` are the paragraphs of each term, the posting of the first of them, and the
/// term's offset. Gives the paragraph and the position of every occurrence; each paragraph once and no positions where not `every`.
#[pyfunction]
pub fn adjacent<'py>(
    py: Python<'py>, lists: Vec<(PyReadonlyArray1<'py, i64>, u64, i64)>, positions: PyReadonlyArray1<'py, u16>,
    places: &Bound<'py, PyAny>, totals: &Bound<'py, PyAny>, every: bool,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>)> {
    let mut terms = Vec::with_capacity(lists.len());
    for (docs, begin, offset) in &lists {
        terms.push((docs.as_slice()?, *begin, *offset));
    }
    terms.sort_by_key(|term| term.0.len());
    let positions = positions.as_slice()?;
    let (docs, found) = with_slice!(&Numbers::of(places)?, places => with_slice!(&Numbers::of(totals)?, totals => meetings(&terms, positions, places, totals, every)?));
    Ok((docs.into_pyarray(py), found.into_pyarray(py)))
}

fn meetings<P: Number, T: Number>(terms: &[(&[i64], u64, i64)], positions: &[u16], places: &[P], totals: &[T], every: bool) -> PyResult<(Vec<i64>, Vec<i64>)> {
    let (mut docs, mut found) = (Vec::new(), Vec::new());
    let Some((first, others)) = terms.split_first() else { return Ok((docs, found)) };
    let mut at_place = vec![0usize; others.len()];
    let mut repeats: Vec<Repeats<P, T>> = terms.iter().map(|term| Repeats::new(places, totals, term.1)).collect();
    let mut spans: Vec<&[u16]> = vec![&[]; terms.len()];
    'docs: for (own, &doc) in first.0.iter().enumerate() {
        for (number, other) in others.iter().enumerate() {
            let place = gallop(other.0, at_place[number], doc);
            at_place[number] = place;
            if place == other.0.len() {
                break 'docs;
            }
            if other.0[place] != doc {
                continue 'docs;
            }
        }
        for (number, term) in terms.iter().enumerate() {
            let place = if number == 0 { own } else { at_place[number - 1] };
            let (a, b) = repeats[number].span(term.1 + place as u64)?;
            spans[number] = part(positions, a, b)?;
        }
        for &position in spans[0] {
            let start = position as i64 - first.2;
            if start < 0 {
                continue;
            }
            if others.iter().zip(&spans[1..]).all(|(other, span)| span.iter().any(|&p| p as i64 == start + other.2)) {
                docs.push(doc);
                if !every {
                    break;
                }
                found.push(start);
            }
        }
    }
    Ok((docs, found))
}
