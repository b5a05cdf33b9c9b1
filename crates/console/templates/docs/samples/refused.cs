using Stripe;

var client = new StripeClient(
    apiKey: "{{key}}",
    apiBase: "{{url}}"
);

try
{
    await client.V1.Customers.GetAsync("cus_nobody");
}
catch (StripeException error)
{
    Console.WriteLine($"{(int)error.HttpStatusCode} {error.StripeError.Code}");
    Console.WriteLine(error.StripeResponse.RequestId);
    Console.WriteLine(error.StripeError.DocUrl);
}
