require "stripe"

client = Stripe::StripeClient.new(
  "{{key}}",
  api_base: "{{url}}"
)

balance = client.v1.balance.retrieve(
  {},
  { stripe_account: "{{connected}}" }
)
puts balance
