use edge_config::Records;

use crate::apportion::same_ratio;
use crate::problem::Problem;
use crate::shares::Shares;
use crate::standing::{Difference, Standing};

/// The largest weight of a record (`ResourceRecordSet` of Route 53's API).
const MAX_WEIGHT: u32 = 255;

/// A record of the follower's name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedRecord {
    /// Empty if the record has none, and so no routing policy.
    pub set_identifier: String,
    /// `None` if its routing policy is another one.
    pub weight: Option<u32>,
    /// In seconds; `None` for an alias.
    pub ttl: Option<u32>,
}

/// The new values of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordUpdate {
    pub set_identifier: String,
    pub weight: u32,
    pub ttl: Option<u32>,
}

/// The records to write in one batch: all of the follower's that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsUpdate {
    pub records: Vec<RecordUpdate>,
    /// The same in words.
    pub differences: Vec<Difference>,
}

/// Compares the records of a name with `shares`. `known` are the shares of other stages and versions of the plan:
/// with one of them the records are behind, and with any other they have drifted.
///
/// # Errors
/// The first [`Problem`] found: the records cannot get the shares.
pub fn compare_records(
    follower: &Records,
    shares: &Shares,
    observed: &[ObservedRecord],
    known: &[Shares],
) -> Result<Standing<RecordsUpdate>, Problem> {
    check_foreign(follower, observed)?;
    let found = found(follower, observed)?;
    let from: Vec<u32> = found.iter().map(|(weight, _)| *weight).collect();
    let to = weights(follower, shares)?;
    check_ttls(follower, &found)?;
    let mut differences = Vec::new();
    let has_shares = same_ratio(&from, &to);
    if !has_shares {
        let named = |weights: &[u32]| -> Vec<(String, u32)> {
            let slots = follower.set_identifiers.iter().map(|(slot, _)| slot.clone());
            slots.zip(weights.iter().copied()).collect()
        };
        differences.push(Difference::Weights { from: named(&from), to: named(&to) });
    }
    if let Some(ttl) = follower.ttl {
        let mut from: Vec<u32> = found.iter().filter_map(|(_, ttl)| *ttl).collect();
        from.sort_unstable();
        from.dedup();
        if from != [ttl] {
            differences.push(Difference::Ttl { from, to: ttl });
        }
    }
    if differences.is_empty() {
        return Ok(Standing::InLine);
    }
    let to = if has_shares { &from } else { &to };
    let update = RecordsUpdate { records: changed(follower, observed, to), differences };
    let is_of_plan =
        |shares: &Shares| weights(follower, shares).is_ok_and(|known| same_ratio(&from, &known));
    if has_shares || known.iter().any(is_of_plan) {
        Ok(Standing::Behind(update))
    } else {
        Ok(Standing::Drifted(update))
    }
}

pub(crate) fn weights(follower: &Records, shares: &Shares) -> Result<Vec<u32>, Problem> {
    shares.weights(&follower.set_identifiers, MAX_WEIGHT, "record")
}

/// Checks that the records exist and are weighted, that they have one TTL, and that no other record takes traffic.
///
/// # Errors
/// The first [`Problem`] found.
pub fn check_records(follower: &Records, observed: &[ObservedRecord]) -> Result<(), Problem> {
    check_foreign(follower, observed)?;
    check_ttls(follower, &found(follower, observed)?)
}

/// The weights and TTLs of the follower's records.
fn found(
    follower: &Records,
    observed: &[ObservedRecord],
) -> Result<Vec<(u32, Option<u32>)>, Problem> {
    follower.set_identifiers.iter().map(|(_, id)| find(observed, id)).collect()
}

/// A record of others with weight would take a part of every slot's traffic.
fn check_foreign(follower: &Records, observed: &[ObservedRecord]) -> Result<(), Problem> {
    let is_ours = |id: &str| follower.set_identifiers.iter().any(|(_, ours)| ours == id);
    for record in observed.iter().filter(|record| !is_ours(&record.set_identifier)) {
        let set_identifier = record.set_identifier.clone();
        match record.weight {
            None => return Err(Problem::NotWeighted { set_identifier }),
            Some(0) => {}
            Some(weight) => return Err(Problem::ForeignRecord { set_identifier, weight }),
        }
    }
    Ok(())
}

/// The weight and TTL of a record.
fn find(observed: &[ObservedRecord], id: &str) -> Result<(u32, Option<u32>), Problem> {
    let set_identifier = id.to_owned();
    let Some(record) = observed.iter().find(|record| record.set_identifier == id) else {
        return Err(Problem::NoRecord { set_identifier });
    };
    let weight = record.weight.ok_or(Problem::NotWeighted { set_identifier })?;
    Ok((weight, record.ttl))
}

/// Route 53 wants one TTL for all records of a weighted set (page `resource-record-sets-values-weighted`). An alias has
/// none.
fn check_ttls(follower: &Records, found: &[(u32, Option<u32>)]) -> Result<(), Problem> {
    if follower.ttl.is_some() {
        let alias = found.iter().position(|(_, ttl)| ttl.is_none());
        return match alias.and_then(|index| follower.set_identifiers.get(index)) {
            Some((_, id)) => Err(Problem::AliasTtl { set_identifier: id.clone() }),
            None => Ok(()),
        };
    }
    let mut ttls = found.iter().filter_map(|(_, ttl)| *ttl);
    let Some(one) = ttls.next() else { return Ok(()) };
    match ttls.find(|other| *other != one) {
        Some(other) => Err(Problem::MixedTtls { one, other }),
        None => Ok(()),
    }
}

/// The records that differ from these weights and the TTL of the configuration. Without one, each keeps its own.
fn changed(follower: &Records, observed: &[ObservedRecord], weights: &[u32]) -> Vec<RecordUpdate> {
    let differing = |((_, id), weight): (&(String, String), &u32)| {
        let record = observed.iter().find(|record| record.set_identifier == *id)?;
        let ttl = follower.ttl.or(record.ttl);
        let differs = record.weight != Some(*weight) || record.ttl != ttl;
        differs.then(|| RecordUpdate { set_identifier: id.clone(), weight: *weight, ttl })
    };
    follower.set_identifiers.iter().zip(weights).filter_map(differing).collect()
}
