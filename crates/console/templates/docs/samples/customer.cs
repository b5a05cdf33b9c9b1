using Stripe;

var client = new StripeClient(
    apiKey: "{{key}}",
    apiBase: "{{url}}"
);

Customer customer = await client.V1.Customers.CreateAsync(new CustomerCreateOptions
{
    Name = "Jane Doe",
    Email = "jane@example.com",
    Metadata = new Dictionary<string, string> { ["plan"] = "gold" },
});
Console.WriteLine(customer.Id);
