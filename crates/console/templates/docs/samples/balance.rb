# gem install stripe
require "stripe"

client = Stripe::StripeClient.new(
  "{{key}}",
  api_base: "{{url}}"
)

balance = client.v1.balance.retrieve
puts balance
