// cargo add reqwest --features blocking
fn main() -> Result<(), reqwest::Error> {
    let balance = reqwest::blocking::Client::new()
        .get("{{url}}/v1/balance")
        .bearer_auth("{{key}}")
        .send()?
        .text()?;

    println!("{balance}");
    Ok(())
}
