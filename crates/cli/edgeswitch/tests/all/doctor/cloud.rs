//! An account whose answers are files: those that `--offline` reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use doctor::{Read, Snapshot, Source};
use edgeswitch::{
    Alarms, Answer, Answers, AwsError, AwsErrorKind, Bucket, Bus, Cloud, Configuration,
    Distribution, ParameterClient,
};

/// An account that only answers the doctor.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) folder: PathBuf,
    pub(crate) credentials: Credentials,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    Known,
    None,
}

impl Answers for Told {
    fn read<'a>(&'a self, source: &'a Source, _: &'a Snapshot) -> Answer<'a, Read> {
        let kind = AwsErrorKind::NoCredentials;
        let missing = AwsError { kind, doing: "ask".into(), reason: "no credentials".into() };
        let read = match self.credentials {
            Credentials::None => Err(missing),
            Credentials::Known => Ok(self.file(source)),
        };
        Box::pin(async { read })
    }
}

impl Told {
    fn file(&self, source: &Source) -> Read {
        let path = |extension| self.folder.join(format!("{}.{extension}", source.file()));
        if let Ok(text) = fs::read_to_string(path("json")) {
            return Read::Known(serde_json::from_str(&text).unwrap());
        }
        let refused = fs::read_to_string(path("refused"));
        refused.map_or(Read::NotAsked, |message| Read::from_error(&message))
    }
}

impl Cloud for Told {
    fn deployer(&self) -> edgeswitch::Deployer {
        panic!("the doctor deploys nothing")
    }

    fn parameter(&self, _: &str, _: &str) -> Box<dyn ParameterClient> {
        panic!("the doctor asks")
    }

    fn distribution(&self, _: &str) -> Box<dyn Distribution> {
        panic!("the doctor invalidates nothing")
    }

    fn configuration(&self, _: &str) -> Box<dyn Configuration> {
        panic!("the doctor changes nothing")
    }

    fn outputs<'a>(&'a self, _: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>> {
        panic!("the doctor reads no stack")
    }

    fn bucket(&self, _: &str) -> Box<dyn Bucket> {
        panic!("the doctor asks")
    }

    fn answers(&self) -> Box<dyn Answers> {
        Box::new(self.clone())
    }

    fn bus(&self, _: &str) -> Box<dyn Bus> {
        panic!("only a guard announces changes")
    }

    fn alarms(&self, _: &str) -> Box<dyn Alarms> {
        panic!("the doctor looks at no alarm")
    }

    fn balancer(&self, _: &edge_config::LoadBalancer) -> Box<dyn edgeswitch::Balancer> {
        unreachable!("these projects have no followers")
    }

    fn records(&self, _: &edge_config::Records) -> Box<dyn edgeswitch::WeightedRecords> {
        unreachable!("these projects have no followers")
    }
}
