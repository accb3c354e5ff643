use observation::{Content, Observation, Times, Traffic};

use crate::report_page::{Plot, ReportPage, Scale, Series, Shape, Spread};

/// Milliseconds with a label.
const LABELS: [(f64, &str); 6] = [
    (1.0, "1"),
    (10.0, "10"),
    (100.0, "100"),
    (1000.0, "1 s"),
    (10_000.0, "10 s"),
    (100_000.0, "100 s"),
];
const HEADINGS: [&str; 9] = [
    "content",
    "release",
    "requests",
    "hit 50 %",
    "hit 95 %",
    "miss 50 %",
    "miss 95 %",
    "origin 50 %",
    "origin 95 %",
];
/// The room between two classes, as a part of a row.
const GAP: f64 = 0.6;

/// The times to the first byte of some requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// Of hits, at the edge.
    Hit,
    /// Of misses, at the edge.
    Miss,
    /// Of misses, between CloudFront and the origin.
    Origin,
}

/// The times of one class of requests: what half of them and 95 % of them do not exceed.
struct Class {
    name: String,
    /// By the place of the release in the list.
    releases: Vec<(usize, [f64; 2])>,
}

/// The times of releases, class by class: a chart and a table. A release has the colour of its number.
pub(in crate::commands) fn latency(
    page: &mut ReportPage,
    observation: &Observation,
    releases: &[(&str, usize)],
) {
    let rows = rows(observation, releases);
    if rows.is_empty() {
        return;
    }
    page.heading("Time to the first byte, in milliseconds");
    page.charts(chart(observation, releases));
    page.table("Times that 50 % and 95 % of the requests do not exceed", HEADINGS, 2, rows);
    page.paragraph(
        "Compare misses with misses: the cache of a new release is empty. Times never decide the verdict.",
    );
}

/// Logs without times have no chart.
fn chart(observation: &Observation, releases: &[(&str, usize)]) -> Option<Plot> {
    let classes = classes(observation, releases);
    let all = classes.iter().flat_map(|class| &class.releases).flat_map(|(_, times)| *times);
    let least = all.clone().min_by(f64::total_cmp)?;
    let from = 10_f64.powf(least.log10().floor());
    let across =
        Scale::logarithms(from, (all.fold(least, f64::max) * 1.2).max(from * 10.0), LABELS);
    let height: f64 = classes.iter().map(|class| class.releases.len() as f64 + GAP).sum();
    let mut spreads: Vec<Vec<Spread>> = releases.iter().map(|_| Vec::new()).collect();
    let (mut above, mut labels) = (height, Vec::new());
    for Class { name, releases } in classes {
        let lines = releases.len() as f64;
        labels.push((above - (lines + GAP) / 2.0, name));
        above -= GAP / 2.0;
        for (place, times) in releases {
            let [middle, most] = times.map(f64::log10);
            if let Some(spreads) = spreads.get_mut(place) {
                spreads.push(Spread { row: above - 0.5, middle, most });
            }
            above -= 1.0;
        }
        above -= GAP / 2.0;
    }
    let series = releases.iter().zip(spreads).map(|((release, look), spreads)| Series {
        name: (*release).into(),
        look: *look,
        shape: Shape::Spreads(spreads),
    });
    Some(Plot {
        caption: "Time to the first byte, class by class".into(),
        unit: "from 50 % to 95 % of the requests, in milliseconds".into(),
        across,
        up: Scale { from: 0.0, to: height, labels },
        series: series.collect(),
        numbers: None,
    })
}

/// The classes of which a release has times.
fn classes(observation: &Observation, releases: &[(&str, usize)]) -> Vec<Class> {
    let mut classes = Vec::new();
    for content in Content::ALL {
        for wait in [Wait::Hit, Wait::Miss, Wait::Origin] {
            let times = |(place, (release, _)): (usize, &(&str, usize))| {
                let [middle, most] = wait.times(of(observation, release, content)?).milliseconds();
                Some((place, [middle?.max(1.0), most?.max(1.0)]))
            };
            let releases: Vec<_> = releases.iter().enumerate().filter_map(times).collect();
            if !releases.is_empty() {
                let name = format!("{} {}", content.name(), wait.name());
                classes.push(Class { name, releases });
            }
        }
    }
    classes
}

fn rows(observation: &Observation, releases: &[(&str, usize)]) -> Vec<[String; 9]> {
    let mut rows = Vec::new();
    for content in Content::ALL {
        for (release, _) in releases {
            let Some(traffic) = of(observation, release, content) else { continue };
            let cells = |wait: Wait| {
                wait.times(traffic)
                    .milliseconds()
                    .map(|number| number.map_or("-".into(), |number| format!("{number:.0}")))
            };
            let [hit, hit_most] = cells(Wait::Hit);
            let [miss, miss_most] = cells(Wait::Miss);
            let [origin, origin_most] = cells(Wait::Origin);
            rows.push([
                content.name().into(),
                (*release).into(),
                traffic.requests.to_string(),
                hit,
                hit_most,
                miss,
                miss_most,
                origin,
                origin_most,
            ]);
        }
    }
    rows
}

fn of<'o>(observation: &'o Observation, release: &str, content: Content) -> Option<&'o Traffic> {
    observation.releases.get(release)?.get(&content)
}

impl Wait {
    fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Origin => "origin",
        }
    }

    fn times(self, traffic: &Traffic) -> &Times {
        match self {
            Self::Hit => &traffic.hit_times,
            Self::Miss => &traffic.miss_times,
            Self::Origin => &traffic.origin_times,
        }
    }
}
