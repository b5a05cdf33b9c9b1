package main

import (
	"context"
	"fmt"
	"log"

	"github.com/stripe/stripe-go/v85"
)

func main() {
	gateway := stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL: stripe.String("{{url}}"),
	})
	client := stripe.NewClient(
		"{{key}}",
		stripe.WithBackends(gateway),
	)

	params := &stripe.BalanceRetrieveParams{}
	params.SetStripeAccount("{{connected}}")
	balance, err := client.V1Balance.Retrieve(context.TODO(), params)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("live:", balance.Livemode)
}
