using Stripe;

var client = new StripeClient(
    apiKey: "{{key}}",
    apiBase: "{{url}}"
);

Balance balance = await client.V1.Balance.GetAsync(
    requestOptions: new RequestOptions { StripeAccount = "{{connected}}" }
);
Console.WriteLine(balance.ToJson());
