package main

import (
	"context"
	"errors"
	"fmt"

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

	_, err := client.V1Customers.Retrieve(context.TODO(), "cus_nobody", nil)
	var refused *stripe.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.HTTPStatusCode, refused.Code)
		fmt.Println(refused.RequestID)
		fmt.Println(refused.DocURL)
	}
}
