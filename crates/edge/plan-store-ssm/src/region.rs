/// The Region of `candidates` that is nearest to `here`, by great circle.
///
/// The first of `candidates` is the home Region: it is returned if `here` or every candidate is unknown.
/// Returns `None` only if there are no candidates.
#[must_use]
pub fn nearest_region<'a>(here: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let home = candidates.first().copied();
    let Some(here) = place(here) else { return home };
    let known =
        candidates.iter().filter_map(|region| Some((*region, distance(here, place(region)?))));
    known.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(region, _)| region).or(home)
}

/// The commercial Regions and roughly where they are: latitude and longitude in degrees.
///
/// The names are from page `regions` of the AWS Regions guide, and so are the places.
const PLACES: &[(&str, f64, f64)] = &[
    ("af-south-1", -33.9, 18.4),
    ("ap-east-1", 22.3, 114.2),
    ("ap-east-2", 25.0, 121.5),
    ("ap-northeast-1", 35.7, 139.7),
    ("ap-northeast-2", 37.6, 127.0),
    ("ap-northeast-3", 34.7, 135.5),
    ("ap-south-1", 19.1, 72.9),
    ("ap-south-2", 17.4, 78.5),
    ("ap-southeast-1", 1.4, 103.8),
    ("ap-southeast-2", -33.9, 151.2),
    ("ap-southeast-3", -6.2, 106.8),
    ("ap-southeast-4", -37.8, 145.0),
    ("ap-southeast-5", 3.1, 101.7),
    ("ap-southeast-6", -36.8, 174.8),
    ("ap-southeast-7", 13.8, 100.5),
    ("ca-central-1", 45.5, -73.6),
    ("ca-west-1", 51.0, -114.1),
    ("eu-central-1", 50.1, 8.7),
    ("eu-central-2", 47.4, 8.5),
    ("eu-north-1", 59.3, 18.1),
    ("eu-south-1", 45.5, 9.2),
    ("eu-south-2", 41.6, -0.9),
    ("eu-west-1", 53.3, -6.3),
    ("eu-west-2", 51.5, -0.1),
    ("eu-west-3", 48.9, 2.4),
    ("il-central-1", 32.1, 34.8),
    ("me-central-1", 24.5, 54.4),
    ("me-south-1", 26.1, 50.6),
    ("mx-central-1", 20.6, -100.4),
    ("sa-east-1", -23.5, -46.6),
    ("us-east-1", 38.9, -77.5),
    ("us-east-2", 40.0, -83.0),
    ("us-west-1", 37.4, -121.9),
    ("us-west-2", 45.8, -119.7),
];

type Place = (f64, f64);

fn place(region: &str) -> Option<Place> {
    PLACES
        .iter()
        .find(|(name, ..)| *name == region)
        .map(|(_, latitude, longitude)| (latitude.to_radians(), longitude.to_radians()))
}

/// The central angle between two places in radians, by the haversine formula.
fn distance((lat_a, lon_a): Place, (lat_b, lon_b): Place) -> f64 {
    let half = |a: f64, b: f64| ((a - b) / 2.0).sin().powi(2);
    let chord = half(lat_a, lat_b) + lat_a.cos() * lat_b.cos() * half(lon_a, lon_b);
    2.0 * chord.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, Region of the function, home and replicas, Region that is read.
    const ROWS: &[(&str, &str, &[&str], &str)] = &[
        ("home alone", "ap-south-1", &["us-east-1"], "us-east-1"),
        ("home is here", "us-east-1", &["us-east-1", "eu-west-1"], "us-east-1"),
        ("replica is here", "eu-west-1", &["us-east-1", "eu-west-1"], "eu-west-1"),
        ("near replica", "eu-central-1", &["us-east-1", "eu-west-1"], "eu-west-1"),
        ("near home", "sa-east-1", &["us-east-1", "eu-west-1"], "us-east-1"),
        ("across the date line", "ap-northeast-1", &["eu-central-1", "us-west-2"], "us-west-2"),
        ("over the pole", "us-west-2", &["ap-south-1", "eu-north-1"], "eu-north-1"),
        ("the function's Region is unknown", "moon-1", &["us-east-1", "eu-west-1"], "us-east-1"),
        ("a replica is unknown", "eu-west-1", &["us-east-1", "moon-1"], "us-east-1"),
        ("all are unknown", "eu-west-1", &["mars-1", "moon-1"], "mars-1"),
        ("only home is unknown", "eu-west-1", &["mars-1", "us-east-1"], "us-east-1"),
    ];

    #[test]
    fn the_nearest_region_is_read() {
        for (name, here, candidates, expected) in ROWS {
            assert_eq!(nearest_region(here, candidates), Some(*expected), "{name}");
        }
    }

    #[test]
    fn every_region_is_nearest_to_itself() {
        let all: Vec<&str> = PLACES.iter().map(|(name, ..)| *name).collect();
        for here in &all {
            assert_eq!(nearest_region(here, &all), Some(*here));
        }
    }

    /// Formulas tend to fail at the poles, at antipodes and at the date line.
    #[test]
    fn distances_are_measured_on_a_sphere() {
        let degrees = |a: f64, b: f64| (a.to_radians(), b.to_radians());
        let rows = [
            ("same place", degrees(50.0, 8.0), degrees(50.0, 8.0), 0.0),
            ("pole to pole", degrees(90.0, 0.0), degrees(-90.0, 0.0), 180.0),
            ("quarter of the equator", degrees(0.0, -45.0), degrees(0.0, 45.0), 90.0),
            ("over the date line", degrees(0.0, 179.0), degrees(0.0, -179.0), 2.0),
        ];
        for (name, a, b, expected) in rows {
            assert!((distance(a, b).to_degrees() - expected).abs() < 1e-6, "{name}");
        }
    }
}
