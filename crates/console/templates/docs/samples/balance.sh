curl {{url}}/v1/balance \
  -u {{key}}:
