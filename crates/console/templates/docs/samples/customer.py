import stripe

client = stripe.StripeClient(
    "{{key}}",
    base_addresses={"api": "{{url}}"},
)

customer = client.v1.customers.create({
    "name": "Jane Doe",
    "email": "jane@example.com",
    "metadata": {"plan": "gold"},
})
print(customer.id)
