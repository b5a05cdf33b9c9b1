// dotnet add package Stripe.net
using Stripe;

var client = new StripeClient(
    apiKey: "{{key}}",
    apiBase: "{{url}}"
);

Balance balance = await client.V1.Balance.GetAsync();
Console.WriteLine(balance.ToJson());
