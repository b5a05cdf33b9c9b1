//! Tables for people: columns under their names, two spaces apart.

use comfy_table::{Table, presets};

/// A table; with no row it says so.
pub(crate) fn table<const COLUMNS: usize>(
    names: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(names.map(str::to_uppercase)).add_rows(rows);
    if table.row_count() == 0 {
        return "none".to_owned();
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// One thing: the names of its fields beside what they are.
pub(crate) fn lines(fields: &[(&str, String)]) -> String {
    let widest = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = fields.iter().map(|(name, said)| format!("{name:widest$}  {said}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_as_wide_as_what_stands_in_them_is_seen() {
        let rows = [["東京", "secret"], ["Jane's Bikes", "restricted"]];
        let told =
            super::table(["name", "type"], rows.map(|row| row.map(str::to_owned)).into_iter());
        insta::assert_snapshot!(told, @r#"
NAME          TYPE
東京          secret
Jane's Bikes  restricted
"#);
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(super::table(["name"], std::iter::empty()), "none");
    }
}
