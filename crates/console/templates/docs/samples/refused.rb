require "stripe"

client = Stripe::StripeClient.new(
  "{{key}}",
  api_base: "{{url}}"
)

begin
  client.v1.customers.retrieve("cus_nobody")
rescue Stripe::StripeError => error
  puts error.http_status, error.code
  puts error.request_id
  puts error.error.doc_url
end
