import stripe

client = stripe.StripeClient(
    "{{key}}",
    base_addresses={"api": "{{url}}"},
)

balance = client.v1.balance.retrieve(
    options={"stripe_account": "{{connected}}"},
)
print(balance)
