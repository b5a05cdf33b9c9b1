// cargo add reqwest --features blocking,form
fn main() -> Result<(), reqwest::Error> {
    let customer = reqwest::blocking::Client::new()
        .post("{{url}}/v1/customers")
        .bearer_auth("{{key}}")
        .form(&[
            ("name", "Jane Doe"),
            ("email", "jane@example.com"),
            ("metadata[plan]", "gold"),
        ])
        .send()?
        .text()?;

    println!("{customer}");
    Ok(())
}
