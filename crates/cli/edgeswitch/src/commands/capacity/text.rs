use std::fmt;

use super::{Capacity, Functions, RegionLoad, Throughput};
use crate::commands::table::table;

/// For people.
impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { environments, edge_regions, soft_ttl_seconds, .. } = self;
        write!(
            f,
            "{environments} environments in each of {edge_regions} edge Regions read the plan "
        )?;
        writeln!(f, "every {soft_ttl_seconds} s\n")?;
        let headings = ["REGION", "ENVIRONMENTS", "READS/S", "OF 40", "OF 10,000"];
        writeln!(f, "{}\n", table(headings, self.regions.iter().map(row)))?;
        writeln!(f, "smallest soft TTL  {}", self.smallest())?;
        let usd = self.reads_usd_higher;
        write!(f, "reads a month      free; with higher throughput {usd:.2} USD")?;
        if let Some(Functions { requests, hit_ratio, invocations, usd }) = self.functions {
            write!(
                f,
                "\nfunctions a month  {usd:.2} USD: {invocations} invocations for {requests} "
            )?;
            write!(f, "requests, {hit_ratio} % of them hits")?;
        }
        if self.fits { Ok(()) } else { write!(f, "\n\ntoo many reads: {}", self.advice()) }
    }
}

impl Capacity {
    fn smallest(&self) -> String {
        let words = |seconds: Option<u64>| {
            seconds.map_or("none up to an hour".into(), |one| format!("{one} s"))
        };
        let higher = words(self.smallest_soft_ttl_seconds_higher);
        format!("{}; with higher throughput {higher}", words(self.smallest_soft_ttl_seconds))
    }

    /// The way out when Parameter Store would throttle.
    fn advice(&self) -> &'static str {
        match self.throughput {
            Throughput::Default => {
                "lengthen `refresh.soft_ttl_seconds`, add replica Regions, or pay for higher throughput"
            }
            Throughput::Higher => "lengthen `refresh.soft_ttl_seconds`, or add replica Regions",
        }
    }
}

fn row(load: &RegionLoad) -> [String; 5] {
    let share = |throughput: Throughput| {
        format!("{:.1} %", 100.0 * load.reads / f64::from(throughput.limit()))
    };
    [
        load.region.clone(),
        load.environments.to_string(),
        format!("{:.1}", load.reads),
        share(Throughput::Default),
        share(Throughput::Higher),
    ]
}
