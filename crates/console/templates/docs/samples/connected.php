<?php
require 'vendor/autoload.php';

$stripe = new \Stripe\StripeClient([
    'api_key' => '{{key}}',
    'api_base' => '{{url}}',
]);

$balance = $stripe->balance->retrieve(
    [],
    ['stripe_account' => '{{connected}}']
);
echo $balance;
