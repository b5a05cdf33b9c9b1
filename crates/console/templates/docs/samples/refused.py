import stripe

client = stripe.StripeClient(
    "{{key}}",
    base_addresses={"api": "{{url}}"},
)

try:
    client.v1.customers.retrieve("cus_nobody")
except stripe.StripeError as error:
    print(error.http_status, error.code)
    print(error.request_id)
    print(error.error.doc_url)
