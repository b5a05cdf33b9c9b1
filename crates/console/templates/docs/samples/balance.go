// go get github.com/stripe/stripe-go/v85
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

	balance, err := client.V1Balance.Retrieve(context.TODO(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("live:", balance.Livemode)
}
