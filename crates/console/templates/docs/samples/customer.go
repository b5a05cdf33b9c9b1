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

	params := &stripe.CustomerCreateParams{
		Name:  stripe.String("Jane Doe"),
		Email: stripe.String("jane@example.com"),
	}
	params.AddMetadata("plan", "gold")
	customer, err := client.V1Customers.Create(context.TODO(), params)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(customer.ID)
}
