//! Terms looked up.
use crate::numbers::{part, Numbers, Number};
use crate::with_slice;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

/// The number of the first of some ascending terms that is not less than a term. `starts` says where in `bytes` each begins.
#[pyfunction]
pub fn sought(bytes: PyReadonlyArray1<'_, u8>, starts: &Bound<'_, PyAny>, term: &[u8]) -> PyResult<usize> {
    let bytes = bytes.as_slice()?;
    with_slice!(&Numbers::of(starts)?, starts => {
        let (mut low, mut high) = (0, starts.len().saturating_sub(1));
        while low < high {
            let middle = (low + high) / 2;
            if part(bytes, starts[middle].wide() as usize, starts[middle + 1].wide() as usize)? < term {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    })
}
