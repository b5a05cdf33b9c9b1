//! CSV as RFC 4180 has it: commas, quotes that are doubled within quotes, lines within quotes.

/// The fields of a record, or what is wrong with it.
type Fields = Result<Vec<String>, &'static str>;

/// Each record with the number of the line on which it begins; empty lines are none.
pub(super) fn records(text: &str) -> Vec<(usize, Fields)> {
    let (mut records, mut begins, mut record) = (Vec::new(), 1, String::new());
    for (number, line) in text.lines().enumerate() {
        if record.is_empty() {
            begins = number + 1;
        } else {
            record.push('\n');
        }
        record.push_str(line);
        // Within quotes a line goes on, and of those there is an even number otherwise.
        if record.matches('"').count() % 2 == 0 {
            let whole = std::mem::take(&mut record);
            if !whole.trim().is_empty() {
                records.push((begins, fields(&whole)));
            }
        }
    }
    if !record.is_empty() {
        records.push((begins, Err("a quote is not closed")));
    }
    records
}

fn fields(record: &str) -> Fields {
    let (mut fields, mut rest) = (Vec::new(), record);
    loop {
        let (field, after) = if let Some(quoted) = rest.strip_prefix('"') {
            in_quotes(quoted)?
        } else {
            let (field, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
            if field.contains('"') {
                return Err("a quote stands within a field that does not begin with one");
            }
            (field.to_owned(), after)
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err("something stands behind a closing quote"),
        }
    }
}

/// A field whose opening quote is gone, and what follows its closing one.
fn in_quotes(text: &str) -> Result<(String, &str), &'static str> {
    let (mut field, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('"') {
        field.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Ok((field, after)),
        }
    }
    Err("a quote is not closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_lines_and_quotes() {
        let read = records("a,\"b,\"\"c\"\"\nd\",\r\n\n e ,f\n");
        let fields = |fields: &[&str]| Ok(fields.iter().map(|&field| field.to_owned()).collect());
        assert_eq!(read, [(1, fields(&["a", "b,\"c\"\nd", ""])), (4, fields(&[" e ", "f"]))]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let read = records("a\nb\"c\"\n\"d\"e\nf,\"g\n");
        let bad: Vec<_> =
            read.iter().filter_map(|(n, read)| Some((*n, read.clone().err()?))).collect();
        insta::assert_debug_snapshot!(bad, @r#"
        [
            (
                2,
                "a quote stands within a field that does not begin with one",
            ),
            (
                3,
                "something stands behind a closing quote",
            ),
            (
                4,
                "a quote is not closed",
            ),
        ]
        "#);
    }
}
