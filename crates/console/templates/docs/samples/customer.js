const Stripe = require("stripe");

const stripe = new Stripe("{{key}}", {
  protocol: "{{scheme}}",
  host: "{{host}}",
  port: {{port}},
});

async function main() {
  const customer = await stripe.customers.create({
    name: "Jane Doe",
    email: "jane@example.com",
    metadata: { plan: "gold" },
  });
  console.log(customer.id);
}

main();
