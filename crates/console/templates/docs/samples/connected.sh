curl {{url}}/v1/balance \
  -u {{key}}: \
  -H "Stripe-Account: {{connected}}"
