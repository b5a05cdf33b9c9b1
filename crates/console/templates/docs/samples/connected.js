const Stripe = require("stripe");

const stripe = new Stripe("{{key}}", {
  protocol: "{{scheme}}",
  host: "{{host}}",
  port: {{port}},
});

async function main() {
  const balance = await stripe.balance.retrieve(
    {},
    { stripeAccount: "{{connected}}" },
  );
  console.log(balance);
}

main();
