require "stripe"

client = Stripe::StripeClient.new(
  "{{key}}",
  api_base: "{{url}}"
)

customer = client.v1.customers.create(
  name: "Jane Doe",
  email: "jane@example.com",
  metadata: { plan: "gold" }
)
puts customer.id
