const Stripe = require("stripe");

const stripe = new Stripe("{{key}}", {
  protocol: "{{scheme}}",
  host: "{{host}}",
  port: {{port}},
});

async function main() {
  try {
    await stripe.customers.retrieve("cus_nobody");
  } catch (error) {
    console.log(error.statusCode, error.code);
    console.log(error.requestId);
    console.log(error.doc_url);
  }
}

main();
