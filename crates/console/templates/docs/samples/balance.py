# pip install stripe
import stripe

client = stripe.StripeClient(
    "{{key}}",
    base_addresses={"api": "{{url}}"},
)

balance = client.v1.balance.retrieve()
print(balance)
