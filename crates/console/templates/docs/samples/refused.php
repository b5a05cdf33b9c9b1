<?php
require 'vendor/autoload.php';

$stripe = new \Stripe\StripeClient([
    'api_key' => '{{key}}',
    'api_base' => '{{url}}',
]);

try {
    $stripe->customers->retrieve('cus_nobody');
} catch (\Stripe\Exception\ApiErrorException $error) {
    echo $error->getHttpStatus(), ' ', $error->getStripeCode(), "\n";
    echo $error->getRequestId(), "\n";
    echo $error->getError()->doc_url, "\n";
}
