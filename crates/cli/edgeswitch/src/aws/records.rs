use std::sync::{Mutex, PoisonError};

use aws_sdk_route53::Client;
use aws_sdk_route53::error::BuildError;
use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ResourceRecordSet, RrType};
use edge_config::Records;
use followers::{ObservedRecord, RecordUpdate};

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// The records of one name and type in Route 53.
pub trait WeightedRecords: Send + Sync {
    /// Reads every record of the name and type.
    fn read(&self) -> Answer<'_, Vec<ObservedRecord>>;
    /// Writes weights and TTLs in one batch. The other values of the records stay as they are. Nothing is written if
    /// somebody has changed one of the records since the last read. Usually every name server of Route 53 has the new
    /// values within a minute (page `API_ChangeResourceRecordSets`). Reads show them at once.
    fn write<'a>(&'a self, updates: &'a [RecordUpdate]) -> Answer<'a, ()>;
}

/// Route 53, called through AWS's SDK.
pub(crate) struct Route53Records {
    pub(crate) client: Client,
    pub(crate) follower: Records,
    /// The records at the last read.
    pub(crate) seen: Mutex<Vec<ResourceRecordSet>>,
}

impl Route53Records {
    async fn list(&self) -> Result<Vec<ResourceRecordSet>, AwsError> {
        let Records { hosted_zone, record, record_type, .. } = &self.follower;
        let record_type = RrType::from(record_type.as_str());
        let request = self.client.list_resource_record_sets().hosted_zone_id(hosted_zone);
        let request = request.start_record_name(record).start_record_type(record_type.clone());
        // A weighted set has at most 100 records, and they are the first of the list.
        let answer = request.max_items(100).send().await;
        let output = answer.map_err(|error| describe(&error, self.doing("read")))?;
        let is_of_name = |one: &ResourceRecordSet| {
            one.name.trim_end_matches('.') == *record && one.r#type == record_type
        };
        Ok(output.resource_record_sets.into_iter().filter(is_of_name).collect())
    }

    async fn observe(&self) -> Result<Vec<ObservedRecord>, AwsError> {
        let sets = self.list().await?;
        let observed = sets.iter().map(observed).collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = sets;
        Ok(observed)
    }

    /// Deletes each record as it was read and creates it with its new values, all or nothing. Route 53 refuses to delete
    /// a record whose values are others (page `API_ChangeResourceRecordSets`).
    async fn replace(&self, updates: &[RecordUpdate]) -> Result<(), AwsError> {
        let incomplete = |error: BuildError| AwsError {
            kind: AwsErrorKind::Refused,
            doing: self.doing("write"),
            reason: error.to_string(),
        };
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut batch = ChangeBatch::builder();
        for old in seen {
            let id = old.set_identifier.as_deref();
            let Some(update) = updates.iter().find(|one| Some(&*one.set_identifier) == id) else {
                continue;
            };
            let mut new = old.clone();
            new.weight = Some(update.weight.into());
            new.ttl = update.ttl.map(Into::into);
            for (action, set) in [(ChangeAction::Delete, old), (ChangeAction::Create, new)] {
                let change = Change::builder().action(action).resource_record_set(set);
                batch = batch.changes(change.build().map_err(incomplete)?);
            }
        }
        let batch = batch.build().map_err(incomplete)?;
        let request = self.client.change_resource_record_sets();
        let request = request.hosted_zone_id(&self.follower.hosted_zone).change_batch(batch);
        let answer = request.send().await;
        answer.map(drop).map_err(|error| describe(&error, self.doing("write")))
    }

    fn doing(&self, what: &str) -> String {
        let Records { hosted_zone, record, record_type, .. } = &self.follower;
        format!("{what} `{record}` ({}) in hosted zone `{hosted_zone}`", record_type.as_str())
    }
}

fn observed(set: &ResourceRecordSet) -> ObservedRecord {
    ObservedRecord {
        set_identifier: set.set_identifier.clone().unwrap_or_default(),
        weight: set.weight.and_then(|weight| u32::try_from(weight).ok()),
        ttl: set.ttl.and_then(|ttl| u32::try_from(ttl).ok()),
    }
}

impl WeightedRecords for Route53Records {
    fn read(&self) -> Answer<'_, Vec<ObservedRecord>> {
        Box::pin(self.observe())
    }

    fn write<'a>(&'a self, updates: &'a [RecordUpdate]) -> Answer<'a, ()> {
        Box::pin(self.replace(updates))
    }
}
