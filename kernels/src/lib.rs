//! Kernels of the search engine, over the arrays of a segment. Each has a form in numpy, which says what it means: see
//! `index/kernels.py`. A number that points beyond an array is an IndexError,
//! as it is there.
#![forbid(unsafe_code)]

use pyo3::prelude::*;

mod counting;
mod excerpts;
mod numbers;
mod postings;
mod scoring;
mod vocabulary;
mod window;

#[pymodule]
fn juanzong_kernels(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("VERSION", 1)?;
    m.add_function(wrap_pyfunction!(postings::decoded, m)?)?;
    m.add_function(wrap_pyfunction!(postings::both, m)?)?;
    m.add_function(wrap_pyfunction!(postings::union, m)?)?;
    m.add_function(wrap_pyfunction!(postings::adjacent, m)?)?;
    m.add_function(wrap_pyfunction!(scoring::scores, m)?)?;
    m.add_function(wrap_pyfunction!(scoring::titled_scores, m)?)?;
    m.add_function(wrap_pyfunction!(scoring::best, m)?)?;
    m.add_function(wrap_pyfunction!(counting::tally, m)?)?;
    m.add_function(wrap_pyfunction!(counting::values, m)?)?;
    m.add_function(wrap_pyfunction!(counting::leading, m)?)?;
    m.add_function(wrap_pyfunction!(counting::sums, m)?)?;
    m.add_function(wrap_pyfunction!(counting::others, m)?)?;
    m.add_function(wrap_pyfunction!(counting::changes, m)?)?;
    m.add_function(wrap_pyfunction!(vocabulary::sought, m)?)?;
    m.add_class::<excerpts::Folds>()?;
    Ok(())
}
