//! Arrays of unsigned numbers in whatever width the index keeps them.
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;

pub trait Number: Copy + Ord {
    fn wide(self) -> u64;
}
macro_rules! number { ($($t:ty),*) => { $(impl Number for $t { #[inline] fn wide(self) -> u64 { self as u64 } })* } }
number!(u8, u16, u32, u64);

pub enum Numbers<'py> {
    U8(PyReadonlyArray1<'py, u8>),
    U16(PyReadonlyArray1<'py, u16>),
    U32(PyReadonlyArray1<'py, u32>),
    U64(PyReadonlyArray1<'py, u64>),
}

impl<'py> Numbers<'py> {
    pub fn of(array: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(a) = array.downcast::<PyArray1<u32>>() {
            Ok(Numbers::U32(a.readonly()))
        } else if let Ok(a) = array.downcast::<PyArray1<u16>>() {
            Ok(Numbers::U16(a.readonly()))
        } else if let Ok(a) = array.downcast::<PyArray1<u8>>() {
            Ok(Numbers::U8(a.readonly()))
        } else if let Ok(a) = array.downcast::<PyArray1<u64>>() {
            Ok(Numbers::U64(a.readonly()))
        } else {
            Err(PyTypeError::new_err("an array of unsigned numbers is wanted"))
        }
    }
}

/// Runs `$body` with `$slice` bound to the slice of an array of any width.
#[macro_export]
macro_rules! with_slice {
    ($numbers:expr, $slice:ident => $body:expr) => {
        match $numbers {
            $crate::numbers::Numbers::U8(array) => { let $slice = array.as_slice()?; $body }
            $crate::numbers::Numbers::U16(array) => { let $slice = array.as_slice()?; $body }
            $crate::numbers::Numbers::U32(array) => { let $slice = array.as_slice()?; $body }
            $crate::numbers::Numbers::U64(array) => { let $slice = array.as_slice()?; $body }
        }
    };
}

/// What numpy raises where a damaged index points beyond an array.
pub fn outside() -> PyErr {
    PyIndexError::new_err("a number in the index points beyond its array")
}

pub fn at<T: Copy>(slice: &[T], place: usize) -> PyResult<T> {
    slice.get(place).copied().ok_or_else(outside)
}

pub fn part<T>(slice: &[T], first: usize, last: usize) -> PyResult<&[T]> {
    slice.get(first..last).ok_or_else(outside)
}

/// The first place at or after `from` whose value is not below `wanted`, sought from `from` in steps that double.
#[inline]
pub fn gallop<T: Copy + PartialOrd>(ascending: &[T], from: usize, wanted: T) -> usize {
    if from >= ascending.len() || ascending[from] >= wanted {
        return from.min(ascending.len());
    }
    let (mut low, mut step) = (from, 1);
    while low + step < ascending.len() && ascending[low + step] < wanted {
        low += step;
        step <<= 1;
    }
    let high = (low + step).min(ascending.len());
    low + 1 + ascending[low + 1..high].partition_point(|&value| value < wanted)
}
