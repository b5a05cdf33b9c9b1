use crate::api::Api;

#[tokio::test]
async fn many_writers_and_readers_at_once_are_all_served() {
    let api = Api::start().await;
    let id = api.live().post("/v1/products", "name=A").await.id();
    let path = format!("/v1/products/{id}");
    let mut sent = tokio::task::JoinSet::new();
    for number in 0..100 {
        let (client, path) = (api.live(), path.clone());
        sent.spawn(async move {
            match number % 4 {
                0 => client.post("/v1/customers", "name=A").await,
                1 => client.post(&path, &format!("metadata[k{}]=v", number / 4)).await,
                2 => client.get(&path).await,
                _ => client.get("/v1/customers").await,
            }
        });
    }
    for reply in sent.join_all().await {
        assert_eq!(reply.status, "200 OK", "{reply}");
    }
    let made = api.live().get("/v1/customers?limit=100").await.json();
    assert_eq!(made["data"].as_array().unwrap().len(), 25);
    let updated = api.live().get(&path).await.json();
    assert_eq!(updated["metadata"].as_object().unwrap().len(), 25, "no update is lost");
}
