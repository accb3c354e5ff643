//! A hosted zone on ministack.

use std::sync::Arc;

use http::Request;
use testkit::Ministack;

use crate::aws::REPLICA;
use crate::aws::account::texts;

/// A hosted zone with two weighted records of `api.example.com`.
pub(crate) struct Zone {
    account: Arc<Ministack>,
    pub(crate) id: String,
}

impl Zone {
    pub(crate) fn open(account: &Arc<Ministack>, reference: &str) -> Self {
        let body = format!(
            "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
             <Name>example.com</Name><CallerReference>{reference}</CallerReference>\
             </CreateHostedZoneRequest>"
        );
        let made = send(account, Request::post("/2013-04-01/hostedzone").body(body).unwrap());
        let id = texts(&made, "Id").iter().find_map(|id| id.strip_prefix("/hostedzone/")).unwrap();
        let zone = Self { account: account.clone(), id: id.to_owned() };
        zone.upsert("blue", 1, "blue.example.com");
        zone.upsert("green", 0, "green.example.com");
        zone
    }

    /// The table of the configuration.
    pub(crate) fn follower(&self) -> String {
        format!(
            "[[followers]]\nname = \"dns\"\nhosted_zone = \"{}\"\nrecord = \"api.example.com\"\n\
             type = \"CNAME\"\nset_identifiers = {{ blue = \"blue\", green = \"green\" }}\n",
            self.id
        )
    }

    pub(crate) fn upsert(&self, set: &str, weight: u32, target: &str) {
        let routing = format!("<SetIdentifier>{set}</SetIdentifier><Weight>{weight}</Weight>");
        self.write("api.example.com", &routing, 60, target);
    }

    /// Writes a record. `routing` are the elements of its routing policy.
    pub(crate) fn write(&self, name: &str, routing: &str, ttl: u32, target: &str) {
        let body = format!(
            "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
             <ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet>\
             <Name>{name}</Name><Type>CNAME</Type>{routing}<TTL>{ttl}</TTL><ResourceRecords><ResourceRecord><Value>{target}\
             </Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes>\
             </ChangeBatch></ChangeResourceRecordSetsRequest>"
        );
        let path = format!("/2013-04-01/hostedzone/{}/rrset", self.id);
        send(&self.account, Request::post(path).body(body).unwrap());
    }

    /// The weights and targets of the records, by set identifier.
    pub(crate) fn records(&self) -> Vec<(String, u32, String)> {
        let path = format!("/2013-04-01/hostedzone/{}/rrset", self.id);
        let list = send(&self.account, Request::get(path).body(String::new()).unwrap());
        let sets = list.split("<ResourceRecordSet>").filter(|set| set.contains("<Weight>"));
        let mut records: Vec<_> = sets
            .map(|set| {
                let text = |element| texts(set, element)[0].to_owned();
                (text("SetIdentifier"), text("Weight").parse().unwrap(), text("Value"))
            })
            .collect();
        records.sort();
        records
    }
}

fn send(account: &Ministack, request: Request<String>) -> String {
    account.send(REPLICA, "route53", request).unwrap()
}
