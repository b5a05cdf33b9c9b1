// cargo add reqwest --features blocking
fn main() -> Result<(), reqwest::Error> {
    let answer = reqwest::blocking::Client::new()
        .get("{{url}}/v1/customers/cus_nobody")
        .bearer_auth("{{key}}")
        .send()?;

    println!("{}", answer.status());
    println!("{:?}", answer.headers().get("request-id"));
    println!("{}", answer.text()?);
    Ok(())
}
