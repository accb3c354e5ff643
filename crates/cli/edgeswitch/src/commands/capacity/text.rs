use terminal_text::Lines;

use super::{Capacity, Functions, RegionLoad, Throughput};
use crate::commands::table::table;

impl Capacity {
    /// The text for people.
    pub(super) fn lines(&self) -> Lines {
        let Self { environments, edge_regions, soft_ttl_seconds, .. } = self;
        let mut lines = Lines::from(&format!(
            "{environments} environments in each of {edge_regions} edge Regions read the plan every {soft_ttl_seconds} s"
        ));
        lines.push("");
        let headings = ["REGION", "ENVIRONMENTS", "READS/S", "OF 40", "OF 10,000"];
        lines.append(table(headings, self.regions.iter().map(row)));
        lines.push("");
        lines.push(format!("smallest soft TTL  {}", self.smallest()));
        let usd = self.reads_usd_higher;
        lines.push(format!("reads a month      free; with higher throughput {usd:.2} USD"));
        if let Some(Functions { requests, hit_ratio, invocations, usd }) = self.functions {
            lines.push(format!(
                "functions a month  {usd:.2} USD: {invocations} invocations for {requests} requests, {hit_ratio} % of them hits"
            ));
        }
        if !self.fits {
            lines.append(Lines::new([String::new(), format!("too many reads: {}", self.advice())]));
        }
        lines
    }

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
