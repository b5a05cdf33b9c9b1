<?php
// composer require stripe/stripe-php
require 'vendor/autoload.php';

$stripe = new \Stripe\StripeClient([
    'api_key' => '{{key}}',
    'api_base' => '{{url}}',
]);

$balance = $stripe->balance->retrieve();
echo $balance;
