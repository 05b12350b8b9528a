//! Exact counts of facet values.
use crate::numbers::{at, outside, part, Number, Numbers};
use crate::with_slice;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

/// For each distinct number of some paragraphs, ascending: the number, and how many of the paragraphs have it. Numbers are below `size`.
#[pyfunction]
pub fn tally<'py>(py: Python<'py>, docs: PyReadonlyArray1<'py, i64>, numbers: &Bound<'py, PyAny>, size: usize) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>)> {
    let docs = docs.as_slice()?;
    let mut found = Vec::new();
    let mut totals = Vec::new();
    with_slice!(&Numbers::of(numbers)?, numbers => {
        if docs.len() * 16 < size {
            let mut own = Vec::with_capacity(docs.len());
            for &doc in docs {
                own.push(at(numbers, doc as usize)?.wide());
            }
            own.sort_unstable();
            for run in own.chunk_by(|a, b| a == b) {
                found.push(run[0] as i64);
                totals.push(run.len() as i64);
            }
        } else {
            let mut dense = vec![0u32; size];
            for &doc in docs {
                *dense.get_mut(at(numbers, doc as usize)?.wide() as usize).ok_or_else(outside)? += 1;
            }
            for (number, &total) in dense.iter().enumerate() {
                if total > 0 {
                    found.push(number as i64);
                    totals.push(total as i64);
                }
            }
        }
    });
    Ok((found.into_pyarray(py), totals.into_pyarray(py)))
}

/// The values of sets, each of which is there so many times: the distinct values, ascending, their totals, and how many times a set had none.
/// `columns` gives the set of each combination, `starts` where the values of each set begin. There are `size` values.
#[pyfunction]
pub fn values<'py>(
    py: Python<'py>, found: PyReadonlyArray1<'py, i64>, totals: PyReadonlyArray1<'py, i64>, columns: PyReadonlyArray1<'py, i64>,
    starts: PyReadonlyArray1<'py, i64>, values: &Bound<'py, PyAny>, size: usize,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, i64)> {
    let (found, totals, columns, starts) = (found.as_slice()?, totals.as_slice()?, columns.as_slice()?, starts.as_slice()?);
    let mut missing = 0;
    let (mut numbers, mut sums) = (Vec::new(), Vec::new());
    with_slice!(&Numbers::of(values)?, values => {
        let mut dense = vec![0i64; size];
        let mut seen: Vec<usize> = Vec::new();
        for (&combination, &total) in found.iter().zip(totals) {
            let set = at(columns, combination as usize)? as usize;
            let own = part(values, at(starts, set)? as usize, at(starts, set + 1)? as usize)?;
            if own.is_empty() {
                missing += total;
            }
            for &value in own {
                let sum = dense.get_mut(value.wide() as usize).ok_or_else(outside)?;
                if *sum == 0 {
                    seen.push(value.wide() as usize);
                }
                *sum += total;
            }
        }
        seen.sort_unstable();
        for value in seen {
            numbers.push(value as i64);
            sums.push(dense[value]);
        }
    });
    Ok((numbers.into_pyarray(py), sums.into_pyarray(py), missing))
}

/// The `limit` values of the greatest totals, then by `order`: their numbers and totals.
#[pyfunction]
pub fn leading(numbers: PyReadonlyArray1<'_, i64>, totals: PyReadonlyArray1<'_, i64>, order: PyReadonlyArray1<'_, i64>, limit: usize) -> PyResult<(Vec<i64>, Vec<i64>)> {
    let (numbers, totals, order) = (numbers.as_slice()?, totals.as_slice()?, order.as_slice()?);
    let mut keyed = Vec::with_capacity(numbers.len());
    for (&number, &total) in numbers.iter().zip(totals) {
        keyed.push((-total, at(order, number as usize)?, number));
    }
    if keyed.len() > limit && limit > 0 {
        keyed.select_nth_unstable(limit - 1);
        keyed.truncate(limit);
    }
    keyed.sort_unstable();
    keyed.truncate(limit);
    Ok((keyed.iter().map(|entry| entry.2).collect(), keyed.iter().map(|entry| -entry.0).collect()))
}

/// The distinct numbers that a column gives what was found, ascending, and their totals. Numbers are below `size`.
#[pyfunction]
pub fn sums<'py>(
    py: Python<'py>, found: PyReadonlyArray1<'py, i64>, totals: PyReadonlyArray1<'py, i64>, column: PyReadonlyArray1<'py, i64>, size: usize,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>)> {
    let (found, totals, column) = (found.as_slice()?, totals.as_slice()?, column.as_slice()?);
    let mut dense = vec![0i64; size];
    for (&place, &total) in found.iter().zip(totals) {
        *dense.get_mut(at(column, place as usize)? as usize).ok_or_else(outside)? += total;
    }
    let (numbers, sums): (Vec<i64>, Vec<i64>) = dense.iter().enumerate().filter(|entry| *entry.1 != 0).map(|(number, &sum)| (number as i64, sum)).unzip();
    Ok((numbers.into_pyarray(py), sums.into_pyarray(py)))
}

/// For each hit how many further paragraphs of `docs` stand in its article. `bounds` says where the paragraphs of each document begin.
#[pyfunction]
pub fn others(
    docs: PyReadonlyArray1<'_, i64>, hits: PyReadonlyArray1<'_, i64>, articles: &Bound<'_, PyAny>, documents: &Bound<'_, PyAny>, bounds: &Bound<'_, PyAny>,
) -> PyResult<Vec<i64>> {
    let (docs, hits) = (docs.as_slice()?, hits.as_slice()?);
    let mut found = Vec::with_capacity(hits.len());
    with_slice!(&Numbers::of(articles)?, articles => with_slice!(&Numbers::of(documents)?, documents => with_slice!(&Numbers::of(bounds)?, bounds => {
        for &hit in hits {
            let document = at(documents, hit as usize)?.wide() as usize;
            let (first, last) = (at(bounds, document)?.wide() as i64, at(bounds, document + 1)?.wide() as i64);
            let (a, b) = (docs.partition_point(|&doc| doc < first), docs.partition_point(|&doc| doc < last));
            let own = at(articles, hit as usize)?;
            let mut same = 0;
            for &doc in docs.get(a..b).unwrap_or(&[]) {
                same += i64::from(at(articles, doc as usize)? == own);
            }
            found.push(if b > a + 1 { same - 1 } else { 0 });
        }
    })));
    Ok(found)
}

/// How many runs of one value a column has among some paragraphs.
#[pyfunction]
pub fn changes(docs: PyReadonlyArray1<'_, i64>, column: &Bound<'_, PyAny>) -> PyResult<usize> {
    let docs = docs.as_slice()?;
    let mut found = 0;
    with_slice!(&Numbers::of(column)?, column => {
        let mut before = None;
        for &doc in docs {
            let own = at(column, doc as usize)?;
            found += usize::from(before != Some(own));
            before = Some(own);
        }
    });
    Ok(found)
}
