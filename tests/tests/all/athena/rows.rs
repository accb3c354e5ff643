//! Rows of all kinds, the same ones each time.

/// How rows are written.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    /// With this delimiter, and a header.
    Columns(&'static str),
    Objects,
}

const FIELDS: [&str; 20] = [
    "date",
    "time",
    "x-edge-location",
    "x-edge-request-id",
    "c-ip",
    "cs-method",
    "cs-uri-stem",
    "cs-uri-query",
    "sc-status",
    "cs(User-Agent)",
    "cs(Cookie)",
    "sc-content-type",
    "x-edge-result-type",
    "x-edge-response-result-type",
    "x-edge-detailed-result-type",
    "time-taken",
    "time-to-first-byte",
    "origin-fbl",
    "x-new-field",
    "timestamp(ms)",
];

/// Columns have no milliseconds, and objects do.
const WITHOUT_TIMESTAMP: usize = FIELDS.len() - 1;

/// The 20th of November.
const DAY_20_MS: u64 = 1_795_132_800_000;

const PATHS: [&str; 26] = [
    "/",
    "/cart",
    "/users/john.doe",
    "/app.js",
    "/assets/chunk.4f.JS",
    "/.env",
    "/a.b/c",
    "/a/.hidden",
    "/about",
    "/about/us",
    "-",
    "/100%_",
    "/100xy",
    "/api/v2/carts",
    "/api/v2/pages/1",
    "/api/v10/pages",
    "/_r/9f2c1e7/app.js",
    "/_r/9f2c1e7",
    "/_r/41ab03d/cart",
    "/_r/-x/app.js",
    "/.well-known/acme",
    "/data.json",
    "/_b",
    "/_b",
    "/_b",
    "/_b",
];

const QUERIES: [&str; 24] = [
    "-",
    "-",
    "-",
    "dpl=9f2c1e7",
    "a=1&dpl=41ab03d&dpl=9f2c1e7",
    "dpl=&dpl=9f2c1e7",
    "xdpl=9f2c1e7",
    "dpl&dpl=41ab03d",
    "__release=eyJ",
    "a&__release",
    "a=__release",
    "dpl=%20bad",
    "k=error&r=41ab03d&s=100&t=x",
    "k=vitals&r=9f2c1e7&lcp=0&inp=0&cls=0",
    "a&k=vitals&lcp=1234&inp=600001&cls=7&s=005",
    "k=vitals&lcp=99&inp=104&cls=1000&r=9f2c1e7",
    "k=chunk&r=-bad",
    "k=chunk&s=0",
    "k=unhandledrejection&s=&r=41ab03d",
    "k=other&k=error",
    "k=error&k=other&s=7&s=x",
    "k=error&s=101",
    "k&k=chunk&r=41ab03d&r=9f2c1e7",
    "k=vitals&lcp=+5&inp=&cls=1.5&r=41ab03d",
];

const AGENTS: [&str; 10] = [
    "Mozilla/5.0%2520(X11)",
    "Mozilla/5.0%20(X11)",
    "Mozilla/5.0%2520(Macintosh)",
    "curl/8",
    "-",
    "Mozilla/5.0%20(compatible;%20Googlebot/2.1)",
    "Tumblr/14",
    "Bluesky%2520Cardyb/1.1",
    "a%2Bb",
    "Mozilla/9%2520x",
];

const COOKIES: [&str; 14] = [
    "-",
    "release=41ab03d.r12-1",
    "release=9f2c1e7",
    "a=1;%20release=9f2c1e7.r-12-10",
    "a=1;%2520%20release%20=%2041ab03d%20;%20b=2",
    "release=bad..;%20release=41ab03d",
    "release=41ab03d.r1-01",
    "xrelease=41ab03d",
    "release",
    "color=9f2c1e7.r1-0;release=41ab03d",
    "release-override=x",
    "a;%20release-override",
    "color.x=1",
    "colorxx=1;%20color=41ab03d",
];

const TYPES: [&str; 10] = [
    "text/html;%20charset=utf-8;%20release=41ab03d",
    "text/html;%20release=9f2c1e7",
    "TEXT/HTML",
    "application/xhtml+xml;%2520Release=%209f2c1e7",
    "application/javascript",
    "application/javascript;release=41ab03d;release=9f2c1e7",
    "application/json",
    "-",
    "text/html;%20release=-bad",
    "text/css;%20xrelease=41ab03d;%20release",
];

/// Result, response result and detailed result.
const RESULTS: [[&str; 3]; 16] = [
    ["Hit", "Hit", "Hit"],
    ["Miss", "Miss", "Miss"],
    ["Miss", "Miss", "Miss"],
    ["RefreshHit", "RefreshHit", "RefreshHit"],
    ["Miss", "-", "-"],
    ["Hit", "OriginShieldHit", "OriginShieldHit"],
    ["Error", "Error", "OriginConnectError"],
    ["Error", "Hit", "Hit"],
    ["Error", "Miss", "ClientCommError"],
    ["LambdaExecutionError", "LambdaExecutionError", "-"],
    ["Error", "Error", "FunctionThrottledError"],
    ["LambdaGeneratedResponse", "LambdaGeneratedResponse", "-"],
    ["FunctionGeneratedResponse", "-", "-"],
    ["NewResult", "NewResult", "New"],
    ["-", "-", "-"],
    ["Redirect", "Redirect", "Redirect"],
];

const STATUSES: [&str; 14] = [
    "200", "200", "200", "200", "200", "304", "404", "403", "500", "503", "204", "000", "-", "499",
];

const TIMES: [&str; 12] = [
    "0.000", "0.001", "0.002", "0.021", "0.120", "0.121", "1.500", "12.345", "200.000", "999.999",
    "-", "0.0005",
];

/// Makes rows.
pub(crate) struct Rows {
    format: Format,
    state: u64,
    number: u64,
}

impl Rows {
    pub(crate) fn of(format: Format, seed: u64) -> Self {
        Self { format, state: seed, number: 0 }
    }

    /// A log of an hour.
    pub(crate) fn some(&mut self, count: u32, hour: u32) -> String {
        self.some_of_day(count, 2, hour)
    }

    /// A log of an hour of the 2x-th of November.
    pub(crate) fn some_of_day(&mut self, count: u32, day: u32, hour: u32) -> String {
        let mut text = match self.format {
            Format::Columns(_) => {
                format!("#Version: 1.0\n#Fields: {}\n", FIELDS[..WITHOUT_TIMESTAMP].join(" "))
            }
            Format::Objects => String::new(),
        };
        for _ in 0..count {
            let row = self.row(day, hour);
            text += &row;
            match self.below(40) {
                0 => text += &row,
                1 => text += "\n",
                2 => text += "2026-11-22 cut\n",
                _ => {}
            }
        }
        text
    }

    fn row(&mut self, day: u32, hour: u32) -> String {
        self.number += 1;
        let (minute, second) = (self.below(60), self.below(60));
        let hours = u64::from(day * 24 + hour);
        let milliseconds = DAY_20_MS + hours * 3_600_000 + self.below(3_600_000);
        let [result, response, detailed] = self.one_of(&RESULTS);
        let id = if self.below(50) == 0 {
            "-".into()
        } else {
            format!("id-{}-{}", self.number, self.state % 1000)
        };
        let values = [
            format!("2026-11-2{day}"),
            format!("{hour:02}:{minute:02}:{second:02}"),
            "FRA56-P1".into(),
            id,
            format!("192.0.2.{}", self.below(90)),
            self.one_of(&["GET", "GET", "GET", "HEAD", "POST", "-"]).into(),
            self.one_of(&PATHS).into(),
            self.one_of(&QUERIES).into(),
            self.one_of(&STATUSES).into(),
            self.one_of(&AGENTS).into(),
            self.one_of(&COOKIES).into(),
            self.one_of(&TYPES).into(),
            result.into(),
            response.into(),
            detailed.into(),
            self.one_of(&TIMES).into(),
            self.one_of(&TIMES).into(),
            self.one_of(&TIMES).into(),
            "any".into(),
            milliseconds.to_string(),
        ];
        self.line(values)
    }

    fn line(&mut self, values: [String; 20]) -> String {
        match self.format {
            Format::Columns(by) => {
                // A value has no delimiter.
                let values = values.map(|value| value.replace([',', '|'], "."));
                let values = &values[..WITHOUT_TIMESTAMP];
                values.join(by) + if self.below(30) == 0 { by } else { "" } + "\n"
            }
            Format::Objects => {
                let is_null = self.number.is_multiple_of(2);
                let entry = |(name, value): (&&str, &String)| match value.as_str() {
                    "-" if is_null => format!("\"{name}\":null"),
                    value => format!("\"{name}\":\"{value}\""),
                };
                let entries: Vec<String> = FIELDS.iter().zip(&values).map(entry).collect();
                format!("{{{}}}\n", entries.join(","))
            }
        }
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// A number below another one (Knuth's generator, of which the upper bits are good).
    fn below(&mut self, end: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % end
    }
}
