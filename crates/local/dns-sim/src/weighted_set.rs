use thiserror::Error;

/// The most records of one name and type with weighted routing (page `DNSLimitations`).
pub const MAX_RECORDS: usize = 100;

/// A weighted record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub set_identifier: String,
    pub weight: u8,
    /// In seconds.
    pub ttl: u32,
    /// An address, or another name.
    pub value: String,
}

/// A change of a batch (`ChangeResourceRecordSets`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The record must have these values.
    Delete(Record),
    /// There must be no record with the set identifier.
    Create(Record),
    /// Creates or replaces it.
    Upsert(Record),
}

/// Route 53 makes no change of a batch that has a change it cannot make.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidChangeBatch {
    #[error("there is no record `{0}`")]
    NotFound(String),
    #[error("the record `{0}` has other values")]
    OtherValues(String),
    #[error("there is a record `{0}` already")]
    Exists(String),
    #[error("a weighted set has at most {MAX_RECORDS} records")]
    TooMany,
}

/// The weighted records of one name and type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeightedSet {
    records: Vec<Record>,
}

impl WeightedSet {
    /// The records in the order of their creation.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Makes all changes of a batch, or none.
    ///
    /// # Errors
    /// The first change that cannot be made.
    pub fn change(&mut self, batch: &[Change]) -> Result<(), InvalidChangeBatch> {
        let mut records = self.records.clone();
        for change in batch {
            make(&mut records, change)?;
        }
        if records.len() > MAX_RECORDS {
            return Err(InvalidChangeBatch::TooMany);
        }
        self.records = records;
        Ok(())
    }

    /// The answer for a number from the whole range of `u64`. If all weights are 0, each record has the same probability
    /// (page `resource-record-sets-values-weighted`). `None` without records.
    #[must_use]
    pub fn answer(&self, chance: u64) -> Option<&Record> {
        let is_even = self.records.iter().all(|record| record.weight == 0);
        let weight = |record: &Record| if is_even { 1 } else { u128::from(record.weight) };
        let total: u128 = self.records.iter().map(weight).sum();
        let point = (u128::from(chance) * total) >> u64::BITS;
        let mut below = 0;
        self.records.iter().find(|record| {
            below += weight(record);
            point < below
        })
    }
}

fn make(records: &mut Vec<Record>, change: &Change) -> Result<(), InvalidChangeBatch> {
    let (Change::Delete(wanted) | Change::Create(wanted) | Change::Upsert(wanted)) = change;
    let id = &wanted.set_identifier;
    let place = records.iter().position(|record| record.set_identifier == *id);
    let found = place.and_then(|place| records.get_mut(place).map(|record| (place, record)));
    match (change, found) {
        (Change::Delete(_), None) => Err(InvalidChangeBatch::NotFound(id.clone())),
        (Change::Delete(_), Some((_, record))) if record != wanted => {
            Err(InvalidChangeBatch::OtherValues(id.clone()))
        }
        (Change::Delete(_), Some((place, _))) => {
            records.remove(place);
            Ok(())
        }
        (Change::Create(_), Some(_)) => Err(InvalidChangeBatch::Exists(id.clone())),
        (Change::Upsert(_), Some((_, record))) => {
            *record = wanted.clone();
            Ok(())
        }
        (Change::Create(_) | Change::Upsert(_), None) => {
            records.push(wanted.clone());
            Ok(())
        }
    }
}
