# -i shows the status and the Request-Id as well.
curl -i {{url}}/v1/customers/cus_nobody \
  -u {{key}}:
