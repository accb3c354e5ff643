//! Server errors are looked for among the viewers at the origin.

use std::collections::BTreeMap;

use release_verdict::{Batch, Cell, Kind, Pair};

/// The distance between the strata of all viewers and those of the viewers at the origin.
pub(crate) const AT_ORIGIN: u16 = 3;
/// After so many minutes without a viewer of the active release at the origin, everybody counts on both sides. Otherwise the
/// errors of a candidate would be compared with nothing for ever. With ten minutes in place of an hour, a small site whose
/// origin fails 5 % of the requests would have a false alarm in a fifth of its ramps.
const PATIENCE: i64 = 60;

/// Puts minutes together until the active release had a viewer at the origin.
///
/// In a small site, its cache answers for minutes. If everybody counted in such a minute, then the candidate alone could have
/// errors there, because a viewer with an error is one at the origin. So which minutes are put together may depend on who was
/// at the origin, but not on the errors.
#[derive(Debug, Default)]
pub(crate) struct Pools {
    open: BTreeMap<u16, Pool>,
}

/// Minutes of a stratum that are looked at together.
#[derive(Debug)]
struct Pool {
    since: i64,
    at_origin: Cell,
    everybody: Pair<u64>,
}

impl Pools {
    /// Keeps of each kind the strata in which it is looked for. Batches come in the order of time.
    pub(crate) fn own_strata(&mut self, mut batch: Batch) -> Batch {
        let all = std::mem::take(&mut batch.cells);
        let server_errors = |stratum| {
            let is_it = |cell: &&Cell| (cell.kind, cell.stratum) == (Kind::ServerError, stratum);
            all.iter().find(is_it).copied()
        };
        let is_other = |cell: &&Cell| match cell.kind {
            Kind::MissingFile | Kind::PageError => cell.stratum < AT_ORIGIN,
            Kind::ServerError => false,
        };
        batch.cells.extend(all.iter().filter(is_other));
        for stratum in 0..AT_ORIGIN {
            let everybody = server_errors(stratum);
            let everybody = everybody.map(|cell| cell.viewers).unwrap_or_default();
            let at_origin = server_errors(stratum + AT_ORIGIN);
            batch.cells.extend(self.pooled(stratum, batch.minute, at_origin, everybody));
        }
        batch
    }

    /// Adds a minute, and returns what was put together if that is enough.
    fn pooled(
        &mut self,
        stratum: u16,
        minute: i64,
        at_origin: Option<Cell>,
        everybody: Pair<u64>,
    ) -> Option<Cell> {
        let mut pool = match (self.open.remove(&stratum), at_origin) {
            (Some(mut pool), more) => {
                if let Some(more) = more {
                    pool.at_origin.viewers += more.viewers;
                    pool.at_origin.bad += more.bad;
                }
                pool
            }
            (None, Some(at_origin)) => {
                Pool { since: minute, at_origin, everybody: Pair::default() }
            }
            (None, None) => return None,
        };
        pool.everybody += everybody;
        if pool.at_origin.viewers.active > 0 {
            return Some(pool.at_origin);
        }
        if minute - pool.since + 1 >= PATIENCE {
            return Some(Cell { viewers: pool.everybody, ..pool.at_origin });
        }
        self.open.insert(stratum, pool);
        None
    }
}
