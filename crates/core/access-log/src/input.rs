//! Text or gzip.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::Error;

/// Large enough that the decoder is seldom left and entered.
const BUFFER: usize = 64 * 1024;

const GZIP: u8 = 0x1f;
const PARQUET: &[u8] = b"PAR1";

/// The form of a log, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Gzip,
    Parquet,
}

/// Looks at the first bytes.
pub(crate) fn look<R: Read>(input: R) -> Result<(BufReader<R>, Kind), Error> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let start = input.fill_buf().map_err(|source| Error::Read { line: 0, source })?;
    let kind = match start.first() {
        // No text starts with this byte.
        Some(&GZIP) => Kind::Gzip,
        Some(_) if start.starts_with(PARQUET) => Kind::Parquet,
        Some(_) | None => Kind::Text,
    };
    Ok((input, kind))
}

/// A log as text, whether it is compressed or not.
#[derive(Debug)]
pub struct Input<R>(Form<R>);

#[derive(Debug)]
enum Form<R> {
    Text(BufReader<R>),
    Gzip(Box<BufReader<MultiGzDecoder<BufReader<R>>>>),
}

impl<R: Read> Input<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the input fails, [`Error::Parquet`] if it is a Parquet file.
    pub fn new(input: R) -> Result<Input<R>, Error> {
        let (input, kind) = look(input)?;
        Input::of(input, kind)
    }

    pub(crate) fn of(input: BufReader<R>, kind: Kind) -> Result<Input<R>, Error> {
        match kind {
            Kind::Text => Ok(Input(Form::Text(input))),
            Kind::Gzip => {
                let decoder = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input));
                Ok(Input(Form::Gzip(Box::new(decoder))))
            }
            Kind::Parquet => Err(Error::Parquet),
        }
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Form::Text(input) => input.read(buffer),
            Form::Gzip(input) => input.read(buffer),
        }
    }
}

impl<R: Read> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &mut self.0 {
            Form::Text(input) => input.fill_buf(),
            Form::Gzip(input) => input.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match &mut self.0 {
            Form::Text(input) => input.consume(amount),
            Form::Gzip(input) => input.consume(amount),
        }
    }
}
