curl {{url}}/v1/customers \
  -u {{key}}: \
  -d name="Jane Doe" \
  -d email="jane@example.com" \
  -d "metadata[plan]"=gold
