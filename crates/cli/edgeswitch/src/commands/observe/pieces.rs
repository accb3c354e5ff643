use edge_time::Timestamp;
use observation::{By, Observation, Span};

use crate::commands::charts::piece_minutes;

const MINUTE: i64 = 60_000;

/// The counts of a piece of time: a point of the charts.
pub(super) struct Piece {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) span: Span,
}

impl Piece {
    pub(super) fn middle(&self) -> Timestamp {
        Timestamp((self.from.0 + self.until.0) / 2)
    }
}

/// The stages, or pieces of some minutes: so many that they can be told apart.
pub(super) fn pieces(observation: &Observation) -> Vec<Piece> {
    let Some((first, last)) = observation.times else { return Vec::new() };
    match observation.by {
        Some(By::Stage) => stages(observation, Timestamp(first), Timestamp(last)),
        Some(By::Minute | By::Piece) => minutes(observation, Timestamp(first), Timestamp(last)),
        None => Vec::new(),
    }
}

/// A stage is as long as there are requests in it, or until the next one.
fn stages(observation: &Observation, first: Timestamp, last: Timestamp) -> Vec<Piece> {
    let ends = observation.spans.keys().skip(1).copied().chain([last]);
    let stages = observation.spans.iter().zip(ends);
    let piece = |((from, span), until): ((&Timestamp, &Span), Timestamp)| {
        let from = (*from).max(first).min(until);
        Piece { from, until, span: span.clone() }
    };
    stages.map(piece).collect()
}

fn minutes(observation: &Observation, first: Timestamp, last: Timestamp) -> Vec<Piece> {
    // The counts of a piece cannot be divided.
    let own = observation.piece_minutes();
    let times = (piece_minutes(first, last) + own - 1) / own;
    let length = times * own * MINUTE;
    let mut pieces: Vec<Piece> = Vec::new();
    for (start, span) in &observation.spans {
        let from = Timestamp(start.0.div_euclid(length) * length);
        match pieces.last_mut() {
            Some(piece) if piece.from == from => piece.span.merge(span),
            Some(_) | None => {
                pieces.push(Piece { from, until: Timestamp(from.0 + length), span: span.clone() });
            }
        }
    }
    pieces
}
