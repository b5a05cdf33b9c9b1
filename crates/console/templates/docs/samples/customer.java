import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.param.CustomerCreateParams;

public class Main {
    public static void main(String[] args) throws StripeException {
        StripeClient client = StripeClient.builder()
            .setApiKey("{{key}}")
            .setApiBase("{{url}}")
            .build();

        CustomerCreateParams params = CustomerCreateParams.builder()
            .setName("Jane Doe")
            .setEmail("jane@example.com")
            .putMetadata("plan", "gold")
            .build();
        Customer customer = client.v1().customers().create(params);
        System.out.println(customer.getId());
    }
}
