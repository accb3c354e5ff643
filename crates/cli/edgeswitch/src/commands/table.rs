use terminal_text::{Lines, escaped};

/// Aligns rows under their headings. Each column is as wide as its widest cell.
pub(crate) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Lines {
    let mut all = vec![headings.map(ToOwned::to_owned)];
    all.extend(rows.into_iter().map(|row| row.map(|cell| escaped(&cell))));
    let mut widths = [0; N];
    for row in &all {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    Lines::new(all.iter().map(line))
}
