<?php
require 'vendor/autoload.php';

$stripe = new \Stripe\StripeClient([
    'api_key' => '{{key}}',
    'api_base' => '{{url}}',
]);

$customer = $stripe->customers->create([
    'name' => 'Jane Doe',
    'email' => 'jane@example.com',
    'metadata' => ['plan' => 'gold'],
]);
echo $customer->id;
