//! What was counted of a release.

use access_log::{Field, ResultType, Row};

use crate::outcome::is_hit;
use crate::{Content, Distinct, Outcome, Said, Times, Vitals};

/// The counts of a release in one kind of content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests.
    pub requests: u64,
    /// Different viewers: addresses with their User-Agent.
    pub viewers: Distinct,
    /// Responses with a status of 5xx, without those of functions.
    pub server_errors: u64,
    /// The viewers who got them.
    pub viewers_with_server_errors: Distinct,
    /// Files that were not found.
    pub missing_files: u64,
    /// The viewers who asked for them.
    pub viewers_with_missing_files: Distinct,
    /// Errors that its pages reported.
    pub page_errors: u64,
    /// The viewers on whose pages they were.
    pub viewers_with_page_errors: Distinct,
    /// Failures of edge functions, which are not the release's fault.
    pub function_errors: u64,
    /// Responses from a cache.
    pub hits: u64,
    /// Responses from the origin.
    pub misses: u64,
    /// Times to the first byte of hits, at the edge.
    pub hit_times: Times,
    /// Times to the first byte of misses, at the edge.
    pub miss_times: Times,
    /// Times to the first byte of misses, between CloudFront and the origin.
    pub origin_times: Times,
    /// The measurements that its pages reported.
    pub vitals: VitalTimes,
}

/// The measurements of pages, each as a histogram.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VitalTimes {
    /// Largest Contentful Paint.
    pub lcp: Times,
    /// The slowest interaction; 0 for a page without one of 104 ms.
    pub inp: Times,
    /// Cumulative Layout Shift, as if it were seconds.
    pub cls: Times,
}

impl Traffic {
    pub(crate) fn see(&mut self, row: &Row<'_>, content: Content, viewer: u64) {
        self.requests += 1;
        self.viewers.add(viewer);
        match Outcome::of(row, content) {
            Outcome::Fine => {}
            Outcome::FunctionError => self.function_errors += 1,
            Outcome::ServerError => {
                self.server_errors += 1;
                self.viewers_with_server_errors.add(viewer);
            }
            Outcome::MissingFile => {
                self.missing_files += 1;
                self.viewers_with_missing_files.add(viewer);
            }
        }
        self.see_time(row);
    }

    /// A page that says something has a viewer, even if it was loaded before.
    pub(crate) fn see_beacon(&mut self, said: Said, viewer: u64) {
        self.viewers.add(viewer);
        match said {
            Said::Error | Said::Rejection | Said::MissingFile => {
                self.page_errors += 1;
                self.viewers_with_page_errors.add(viewer);
            }
            Said::Vitals(vitals) => self.vitals.see(vitals),
        }
    }

    fn see_time(&mut self, row: &Row<'_>) {
        let at_the_edge = row.seconds(Field::TimeToFirstByte);
        if is_hit(row) {
            self.hits += 1;
            at_the_edge.into_iter().for_each(|seconds| self.hit_times.add(seconds));
        } else if row.response_result().or(row.result()) == Some(ResultType::Miss) {
            self.misses += 1;
            at_the_edge.into_iter().for_each(|seconds| self.miss_times.add(seconds));
            let at_the_origin = row.seconds(Field::OriginFirstByte);
            at_the_origin.into_iter().for_each(|seconds| self.origin_times.add(seconds));
        }
    }

    pub(crate) fn merge(&mut self, other: &Traffic) {
        self.requests += other.requests;
        self.viewers.merge(&other.viewers);
        self.server_errors += other.server_errors;
        self.viewers_with_server_errors.merge(&other.viewers_with_server_errors);
        self.missing_files += other.missing_files;
        self.viewers_with_missing_files.merge(&other.viewers_with_missing_files);
        self.page_errors += other.page_errors;
        self.viewers_with_page_errors.merge(&other.viewers_with_page_errors);
        self.function_errors += other.function_errors;
        self.hits += other.hits;
        self.misses += other.misses;
        self.hit_times.merge(&other.hit_times);
        self.miss_times.merge(&other.miss_times);
        self.origin_times.merge(&other.origin_times);
        self.vitals.merge(&other.vitals);
    }
}

impl VitalTimes {
    fn see(&mut self, Vitals { lcp, inp, cls }: Vitals) {
        for (times, thousandths) in
            [(&mut self.lcp, lcp), (&mut self.inp, inp), (&mut self.cls, cls)]
        {
            thousandths.into_iter().for_each(|number| times.add(f64::from(number) / 1000.0));
        }
    }

    fn merge(&mut self, other: &VitalTimes) {
        self.lcp.merge(&other.lcp);
        self.inp.merge(&other.inp);
        self.cls.merge(&other.cls);
    }
}
